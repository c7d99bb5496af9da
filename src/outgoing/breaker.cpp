// SPDX-License-Identifier: GPL-3.0-or-later
#include "outgoing/breaker.hpp"

#include <algorithm>

namespace arint::outgoing {

bool CircuitBreaker::admits(std::int64_t now_ms) noexcept {
  if (state_ == State::closed) return true;
  // A probe that never reports back (its caller was cancelled) must not keep the circuit open: time moves on either way.
  if (now_ms < open_until_ms_) return false;
  state_ = State::probing;
  open_until_ms_ = now_ms + open_for_.count();
  return true;
}

void CircuitBreaker::succeeded() noexcept {
  state_ = State::closed;
  in_a_row_ = 0;
  next_ = open_for_;
}

void CircuitBreaker::failed(Fault fault, std::int64_t now_ms) noexcept {
  if (fault == Fault::cancelled || fault == Fault::bug) return;
  if (fault != Fault::unreachable && fault != Fault::timeout && fault != Fault::busy) return succeeded();
  ++in_a_row_;
  if (!most_ || (state_ == State::closed && in_a_row_ < most_)) return;
  // Calls that were under way when it opened are no probe.
  if (state_ == State::probing) next_ = std::min(next_ * 2, longest_);
  if (state_ == State::open && now_ms < open_until_ms_) return;
  state_ = State::open;
  open_until_ms_ = now_ms + next_.count();
}

Millis CircuitBreaker::remaining(std::int64_t now_ms) const noexcept {
  return state_ == State::closed ? Millis(0) : Millis(std::max<std::int64_t>(0, open_until_ms_ - now_ms));
}

}  // namespace arint::outgoing
