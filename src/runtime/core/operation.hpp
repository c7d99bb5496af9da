// SPDX-License-Identifier: GPL-3.0-or-later
// What an await is made of: its result, the operation that waits, and the context that can cut it short.
//
// An operation lives in the frame of the coroutine that awaits it, so that awaiting never allocates. Its address must not
// change while it waits; the kernel (io_uring) or the loop holds it until it is finished.
#pragma once
#include <coroutine>
#include <cstdint>
#include <limits>

#include "base/units.hpp"

namespace arint::runtime {

// Outcome of an I/O call: a count of bytes (0 = end of stream), or a negative errno.
// -ETIMEDOUT: an enclosing Deadline passed. -ECANCELED: somebody stopped us. Never the one for the other.
struct [[nodiscard]] IoResult {
  std::int64_t n = 0;
  bool ok() const noexcept { return n >= 0; }
  int error() const noexcept { return n < 0 ? static_cast<int>(-n) : 0; }
};

class Context;
class Deadline;
class Shield;
struct Engine;

// One suspended await. Whoever finishes it takes it from where it is listed, sets `result` and hands it to the engine.
struct Operation {
  Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  std::coroutine_handle<> waiter{};
  Context* context = nullptr;
  Operation* next = nullptr;                                 // in the engine's queue
  void (*abort)(Operation&, int error) noexcept = nullptr;   // the context was cut; must not resume from inside
  void (*step)(Operation&) noexcept = nullptr;               // called when its turn comes; null: just resume
  std::int64_t result = 0;
  bool queued = false;                                       // it is in the engine's queue
};

// Cancellation scope of one root coroutine (Loop::spawn, TaskGroup::spawn). Every Task awaited below shares it.
class Context {
 public:
  static constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();

  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // Aborts the pending operation; later operations fail at once with -error. Terminal; ECANCELED beats ETIMEDOUT.
  // Inside a Shield it takes effect when the shield ends.
  void cancel(int error) noexcept;
  // What operations would fail with now: 0, ETIMEDOUT (a Deadline in force has fired) or the error of cancel().
  int error() const noexcept { return error_; }
  // Time left of the deadlines in force; 0 once cut, Millis::max() when there is none.
  Millis remaining() const noexcept;
  // The same as a point of the loop's time in milliseconds, or no_limit.
  std::int64_t due_ms() const noexcept {
    if (uncounted_) count();
    return due_ms_ < inherited_ms_ ? due_ms_ : inherited_ms_;
  }

 private:
  friend class Deadline;
  friend class Shield;
  friend class Roots;
  friend struct Engine;
  int error_in_force() const noexcept;   // from the scopes; the slow path
  void interrupt() noexcept;             // after error_ was set: aborts what waits
  void count() const noexcept;           // from now on the deadlines run that did not yet

  Operation* pending_ = nullptr;
  Deadline* scope_ = nullptr;            // innermost deadline
  Shield* shield_ = nullptr;             // innermost shield
  int error_ = 0;                        // in force
  int cancelled_ = 0;                    // by the owner
  mutable std::uint32_t uncounted_ = 0;  // deadlines that stand, but nobody has waited yet
  mutable std::int64_t due_ms_ = no_limit;  // earliest deadline of ours in force (loop time)
  std::int64_t inherited_ms_ = no_limit; // the same of the context that spawned us, which cuts us through its join
  Context* previous_ = nullptr;          // among the roots of one owner
  Context* following_ = nullptr;
};

// Base of what can be awaited. `Derived::begin()` returns true when the operation waits, false when it has finished
// (then it never suspends). A cut context fails it before anything is tried.
template <class Derived>
struct Awaitable : Operation {
  bool await_ready() const noexcept { return false; }
  template <class P>
  bool await_suspend(std::coroutine_handle<P> caller) noexcept {
    context = caller.promise().context();
    if (context->error()) [[unlikely]] {
      result = -context->error();
      return false;
    }
    waiter = caller;
    return static_cast<Derived*>(this)->begin();
  }
  IoResult await_resume() const noexcept { return IoResult{result}; }
};

// `Context* context = co_await this_context();` The context of the running root coroutine; valid until that root ends.
struct ThisContext {
  bool await_ready() const noexcept { return false; }
  template <class P>
  bool await_suspend(std::coroutine_handle<P> caller) noexcept {
    context = caller.promise().context();
    return false;
  }
  Context* await_resume() const noexcept { return context; }
  Context* context = nullptr;
};
inline ThisContext this_context() noexcept { return {}; }

}  // namespace arint::runtime
