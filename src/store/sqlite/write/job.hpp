// SPDX-License-Identifier: GPL-3.0-or-later
// Job: a Write on its way through the store's threads, and the numbers they give.
#pragma once
#include <atomic>
#include <cstdint>
#include <optional>

#include "runtime/runtime.hpp"
#include "store/write.hpp"

namespace arint::store {

// A Write on its way. Belongs to the thread it was pushed to until it is finished.
struct Job {
  Write* write = nullptr;
  std::optional<Result<Outcome>> result{};
  runtime::Handover* waits = nullptr;   // null: a thread waits, see commit_blocking
  bool done = false;                    // then; guarded by the writer's mutex
  bool takes_room = false;              // refused when the disk is nearly full
  bool synced = false;                  // nobody is told before it is on the disk
  bool hurries = true;                  // else it may wait for others to be committed with
  std::size_t bytes = 0;
};

// Numbers are given by two threads: each once, and so that what one thread gives grows.
struct Sequence {
  std::atomic<Number> last{0};          // given to a message
  std::atomic<std::int64_t> lease{0};   // given to a claim
};

}  // namespace arint::store
