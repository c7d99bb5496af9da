// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting for time to pass.
#pragma once
#include "runtime/core/operation.hpp"
#include "runtime/time/timer.hpp"

namespace arint::runtime {

struct Sleep : Awaitable<Sleep>, Timer {
  explicit Sleep(Millis duration) noexcept : duration_(duration) {}
  bool begin() noexcept;

 private:
  Millis duration_;
};

// Result 0 when `duration` has passed: never early, at most 32 ms late on an idle loop (1 ms in simulated time).
// Zero or less gives every other runnable coroutine its turn and goes on.
inline Sleep sleep(Millis duration) noexcept { return Sleep(duration); }

}  // namespace arint::runtime
