// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cerrno>
#include <utility>

#include "runtime/time/deadline.hpp"
#include "runtime/core/engine.hpp"
#include "runtime/core/operation.hpp"

namespace arint::runtime {

int Context::error_in_force() const noexcept {
  if (!shield_ && cancelled_) return cancelled_;
  const Deadline* boundary = shield_ ? shield_->boundary_ : nullptr;
  for (const Deadline* scope = scope_; scope != boundary; scope = scope->outer_)
    if (scope->fired_) return ETIMEDOUT;
  return 0;
}

void Context::interrupt() noexcept {
  if (Operation* operation = std::exchange(pending_, nullptr)) operation->abort(*operation, error_);
}

void Context::cancel(int error) noexcept {
  // A group passes its joiner's ETIMEDOUT on; being stopped afterwards still counts as stopped.
  if (cancelled_ && cancelled_ != ETIMEDOUT) return;
  cancelled_ = error;
  const int now = error_in_force();
  if (now == error_) return;
  error_ = now;
  interrupt();
}

void Context::count() const noexcept { scope_->count(current_engine->arming_ms()); }

Millis Context::remaining() const noexcept {
  if (error_) return Millis(0);
  const std::int64_t due = due_ms();
  if (due == no_limit) return Millis::max();
  return Millis(std::max<std::int64_t>(0, due - current_engine->now_ms()));
}

}  // namespace arint::runtime
