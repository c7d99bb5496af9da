// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/core/roots.hpp"

#include <utility>

#include "runtime/core/engine.hpp"

namespace arint::runtime {

// The outermost coroutine of a root: owns the task and its context, and frees itself when the task has ended.
struct RootPromise {
  static void* operator new(std::size_t bytes) { return take_frame(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept { give_frame(frame, bytes); }

  struct Final {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<RootPromise> self) const noexcept {
      Roots* owner = self.promise().owner;
      std::exception_ptr exception = std::move(self.promise().exception);
      owner->remove(self.promise().own);
      self.destroy();
      owner->ended(std::move(exception));
    }
    void await_resume() const noexcept {}
  };
  std::coroutine_handle<RootPromise> get_return_object() noexcept {
    return std::coroutine_handle<RootPromise>::from_promise(*this);
  }
  std::suspend_always initial_suspend() const noexcept { return {}; }
  Final final_suspend() const noexcept { return {}; }
  void return_void() const noexcept {}
  void unhandled_exception() noexcept { exception = std::current_exception(); }
  Context* context() noexcept { return &own; }

  Context own;
  Operation first_turn;
  Roots* owner = nullptr;
  std::exception_ptr exception{};
};

namespace {

struct Root {
  using promise_type = RootPromise;
  Root(std::coroutine_handle<RootPromise> handle) noexcept : frame(handle) {}
  std::coroutine_handle<RootPromise> frame;
};

Root run(Task<> task) { co_await task; }

// Deeper than this, a start waits for the next round: a coroutine that spawns one that spawns one must not eat the stack.
constexpr int deepest_start = 8;

}  // namespace

void Roots::add(Context& context) noexcept {
  context.previous_ = nullptr;
  context.following_ = first_;
  if (first_) first_->previous_ = &context;
  first_ = &context;
  ++count_;
}

void Roots::remove(Context& context) noexcept {
  (context.previous_ ? context.previous_->following_ : first_) = context.following_;
  if (context.following_) context.following_->previous_ = context.previous_;
  --count_;
}

void Roots::cancel_all(int error) noexcept {
  // cancel() only queues; nobody is resumed, so the list stands still.
  for (Context* context = first_; context; context = context->following_) context->cancel(error);
}

void Roots::start(Task<> task, int born_cancelled, std::int64_t inherited_ms) {
  const std::coroutine_handle<RootPromise> frame = run(std::move(task)).frame;
  RootPromise& promise = frame.promise();
  promise.owner = this;
  promise.own.inherited_ms_ = inherited_ms;
  if (born_cancelled) promise.own.cancel(born_cancelled);
  add(promise.own);
  Engine& engine = *current_engine;
  if (engine.start_depth >= deepest_start) {
    promise.first_turn.waiter = frame;
    promise.first_turn.context = &promise.own;
    engine.next_round(promise.first_turn);
    return;
  }
  // It has a budget of its own, and the starter keeps what is left of his.
  const int left = std::exchange(engine.budget, Engine::budget_per_event);
  ++engine.start_depth;
  frame.resume();
  --engine.start_depth;
  engine.budget = left;
}

}  // namespace arint::runtime
