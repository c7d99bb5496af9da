// SPDX-License-Identifier: GPL-3.0-or-later
// Time as the loop sees it. Everything that asks for the time asks a Clock, so that a flow test can say "30 seconds later"
// without waiting: in simulated time the clock stands still while anything can run, then jumps to the next timer.
#pragma once
#include <cstdint>

namespace arint::runtime {

// How a loop's time passes.
enum class Time : std::uint8_t {
  real,
  simulated,  // jumps to the next timer when nothing is runnable, and no posted or offloaded work is outstanding
};

class Clock {
 public:
  explicit Clock(Time time) noexcept;

  // Wall time, milliseconds since 1970 UTC. May jump when somebody sets the system's clock: for logs, never for deadlines.
  std::int64_t now_ms_since_epoch() const noexcept;
  // Never goes back; its zero is arbitrary. About 30 ns a call.
  std::int64_t steady_ns() const noexcept;
  Time time() const noexcept { return time_; }

  // Simulated time only (else ignored): where the wall clock starts, and moving on by hand. A jump fires no timer by itself.
  void set_wall(std::int64_t ms_since_epoch) noexcept;
  void jump_to(std::int64_t steady_ns) noexcept;

 private:
  Time time_;
  std::int64_t steady_ns_ = 0;    // simulated only
  std::int64_t wall_zero_ms_ = 0; // wall time at steady zero
};

}  // namespace arint::runtime
