// SPDX-License-Identifier: GPL-3.0-or-later
// Circuit breaker of one outgoing on one core: closed -> open after failures in a row -> half open (one probe) -> closed.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/result.hpp"
#include "base/units.hpp"

namespace arint::outgoing {

class CircuitBreaker {
 public:
  // Each probe in a row that fails doubles how long it is left alone next, up to `longest`.
  CircuitBreaker(std::int64_t failures, Millis open_for, Millis longest = Millis(0)) noexcept
      : most_(failures), open_for_(open_for), next_(open_for), longest_(std::max(longest, open_for)) {}

  // May a call go out now? While half open only the first one may. `now_ms` is any steady clock.
  bool admits(std::int64_t now_ms) noexcept;
  // How the call that was admitted ended. Faults that say nothing about the peer's health
  // (rejected, malformed, cancelled, bug) count as an answer.
  void succeeded() noexcept;
  void failed(Fault fault, std::int64_t now_ms) noexcept;

  bool open() const noexcept { return state_ != State::closed; }
  Millis remaining(std::int64_t now_ms) const noexcept;

 private:
  enum class State : std::uint8_t { closed, open, probing };
  State state_ = State::closed;
  std::int64_t most_;
  Millis open_for_, next_, longest_;
  std::int64_t in_a_row_ = 0;
  std::int64_t open_until_ms_ = 0;
};

}  // namespace arint::outgoing
