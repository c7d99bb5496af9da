// SPDX-License-Identifier: GPL-3.0-or-later
// Deadline: a time limit on everything awaited in a scope. Shield: a scope that cancellation does not reach.
#pragma once
#include <optional>

#include "runtime/core/operation.hpp"
#include "runtime/time/timer.hpp"

namespace arint::runtime {

// RAII; construct it on the stack of the coroutine it limits. While it stands, an operation that would take longer fails with
// -ETIMEDOUT, and after it has fired every further one fails so, until the scope ends; then the outer state is restored.
// Deadlines nest: an inner one never extends an outer one, whatever it was given. Resolution 16 ms, never early.
// `after` of Millis::max() sets no limit; zero or less fires at once. Its time runs from when something in the scope first waits, or
// asks how much is left: one whose work never waits does not even look at the clock.
class Deadline {
 public:
  Deadline(Context& context, Millis after) noexcept;
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  // This very deadline has passed. False when it was an outer one that cut the work.
  bool fired() const noexcept { return fired_; }
  // Time left of this and the outer ones; Millis::max() when none limits.
  Millis remaining() const noexcept { return context_.remaining(); }

 private:
  friend class Context;
  friend class Shield;
  struct Alarm : Timer {
    Deadline* owner = nullptr;
  };
  void expire() noexcept;
  void count(std::int64_t now_ms) noexcept;

  Context& context_;
  Deadline* outer_;
  // The loop changes these; a scope may be const to whoever made it.
  mutable Millis after_{0};                // while its time does not run yet
  mutable std::int64_t outer_due_ms_ = 0;  // of the context, before it was ours
  mutable bool governs_ = false;           // the context's due time is ours
  mutable bool fired_ = false;
  mutable Alarm alarm_;
};

// Lets a short clean-up run in a context that may be cancelled or out of time: inside, operations work, under a limit of
// their own. When the scope ends, the error that was in force, or has come since, is in force again.
class Shield {
 public:
  Shield(Context& context, Millis limit) noexcept;
  ~Shield();
  Shield(const Shield&) = delete;
  Shield& operator=(const Shield&) = delete;

 private:
  friend class Context;

  Context& context_;
  Shield* outer_;
  Deadline* boundary_;  // deadlines from here outwards are masked
  std::int64_t outer_due_ms_;
  std::int64_t outer_inherited_ms_;
  std::optional<Deadline> until_;  // ends before the mask does
};

}  // namespace arint::runtime
