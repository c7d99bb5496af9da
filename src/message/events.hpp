// SPDX-License-Identifier: GPL-3.0-or-later
// Events: what the step `emit` gives and `wait_for` takes, by name and key. One that comes before anybody waits is kept.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/result.hpp"
#include "base/units.hpp"
#include "document/value.hpp"
#include "runtime/runtime.hpp"

namespace arint::message {

inline constexpr std::size_t longest_event_key = 512;  // bytes

// Which event: views live until the call that takes them has returned.
struct EventKey {
  std::string_view name{}, key{};
};

class Events {
 public:
  virtual ~Events() = default;
  // For a run without a journal: durable when this returns without a fault. `keep`: how long it waits for somebody to take it.
  // Faults: busy, unreachable (the store).
  virtual runtime::Task<Result<void>> emit(EventKey event, document::Value value, Millis keep) = 0;
};

}  // namespace arint::message
