// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/time/clock.hpp"

#include <ctime>

#include <algorithm>

namespace arint::runtime {
namespace {
std::int64_t read(clockid_t id) noexcept {
  timespec t{};
  ::clock_gettime(id, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}
}  // namespace

Clock::Clock(Time time) noexcept : time_(time) {
  if (time_ == Time::simulated) {
    // One hour, so that code that subtracts a little from "now" stays above zero.
    steady_ns_ = 3'600'000'000'000;
    set_wall(read(CLOCK_REALTIME) / 1'000'000);
  }
}

std::int64_t Clock::now_ms_since_epoch() const noexcept {
  if (time_ == Time::simulated) return wall_zero_ms_ + steady_ns_ / 1'000'000;
  return read(CLOCK_REALTIME) / 1'000'000;
}

std::int64_t Clock::steady_ns() const noexcept {
  return time_ == Time::simulated ? steady_ns_ : read(CLOCK_MONOTONIC);
}

void Clock::set_wall(std::int64_t ms_since_epoch) noexcept { wall_zero_ms_ = ms_since_epoch - steady_ns_ / 1'000'000; }

void Clock::jump_to(std::int64_t steady_ns) noexcept {
  if (time_ == Time::simulated) steady_ns_ = std::max(steady_ns_, steady_ns);
}

}  // namespace arint::runtime
