// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/time/deadline.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "runtime/core/engine.hpp"

namespace arint::runtime {
namespace {
// Longer than any uptime, short enough that sums do not overflow.
constexpr Millis longest = std::chrono::hours(24 * 365 * 50);

// A scope that ends while one inside it still stands would leave a dangling pointer in the context: stop here instead.
[[noreturn]] void misnested(const char* what) noexcept {
  std::fprintf(stderr, "arint: %s ended out of order; it must live on the stack of the coroutine it was made in\n", what);
  std::abort();
}
}  // namespace

Deadline::Deadline(Context& context, Millis after) noexcept : context_(context), outer_(context.scope_) {
  context.scope_ = this;
  if (after == Millis::max()) return;
  if (after.count() <= 0) {
    expire();
    return;
  }
  after_ = std::min(after, longest);
  ++context.uncounted_;
}

// All that stand and do not run yet, the outermost first.
void Deadline::count(std::int64_t now_ms) noexcept {
  const bool waits = after_.count() > 0;
  if (outer_ && context_.uncounted_ > (waits ? 1u : 0u)) outer_->count(now_ms);
  if (!waits) return;
  const std::int64_t due = now_ms + std::exchange(after_, Millis(0)).count();
  --context_.uncounted_;
  if (due >= context_.due_ms_) return;  // an outer one fires first
  governs_ = true;
  outer_due_ms_ = std::exchange(context_.due_ms_, due);
  alarm_.owner = this;
  alarm_.fire = [](Timer& timer) noexcept { static_cast<Alarm&>(timer).owner->expire(); };
  current_engine->arm(alarm_, due);
}

Deadline::~Deadline() {
  if (context_.scope_ != this) misnested("a Deadline");
  context_.scope_ = outer_;
  if (after_.count() > 0) --context_.uncounted_;
  if (governs_) {
    alarm_.disarm();
    context_.due_ms_ = outer_due_ms_;
  }
  if (fired_) context_.error_ = context_.error_in_force();
}

void Deadline::expire() noexcept {
  fired_ = true;
  if (context_.error_) return;
  context_.error_ = context_.error_in_force();  // stays 0 when a Shield masks this one
  if (context_.error_) context_.interrupt();
}

Shield::Shield(Context& context, Millis limit) noexcept : context_(context), outer_(context.shield_), boundary_(context.scope_) {
  if (context.uncounted_) context.count();  // what is masked runs on
  outer_due_ms_ = context.due_ms_;
  outer_inherited_ms_ = context.inherited_ms_;
  context.shield_ = this;
  context.due_ms_ = context.inherited_ms_ = Context::no_limit;
  context.error_ = 0;
  until_.emplace(context, limit);
}

Shield::~Shield() {
  until_.reset();
  if (context_.shield_ != this) misnested("a Shield");
  context_.shield_ = outer_;
  context_.due_ms_ = outer_due_ms_;
  context_.inherited_ms_ = outer_inherited_ms_;
  context_.error_ = context_.error_in_force();
}

}  // namespace arint::runtime
