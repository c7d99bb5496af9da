// SPDX-License-Identifier: GPL-3.0-or-later
// Task<T>: a lazy coroutine that is awaited exactly once.
//
// It starts when awaited and runs at once until its first real suspension. One that finishes without suspending never
// suspends its caller either: it is started inside await_suspend, which then says "do not suspend". So a loop of such
// calls uses no stack, also at -O0, where a symmetric transfer would (docs/decisions/0005-event-loop.md).
// Destroying a task that was never awaited is fine. An exception that leaves it is rethrown where it is awaited.
#pragma once
#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "runtime/core/frames.hpp"
#include "runtime/core/operation.hpp"

namespace arint::runtime {

class PromiseBase {
 public:
  static void* operator new(std::size_t bytes) { return take_frame(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept { give_frame(frame, bytes); }

  std::suspend_always initial_suspend() const noexcept { return {}; }
  struct Final {
    bool await_ready() const noexcept { return false; }
    template <class P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> self) const noexcept {
      PromiseBase& promise = self.promise();
      // Still inside the caller's await_suspend: that one looks at done() and goes on by itself.
      return promise.inside_start_ ? std::coroutine_handle<>(std::noop_coroutine()) : promise.caller_;
    }
    void await_resume() const noexcept {}
  };
  Final final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { exception_ = std::current_exception(); }
  Context* context() const noexcept { return context_; }

 protected:
  template <class>
  friend class Task;
  void rethrow() {
    if (exception_) [[unlikely]] std::rethrow_exception(std::move(exception_));
  }

 private:
  std::coroutine_handle<> caller_{};
  Context* context_ = nullptr;
  std::exception_ptr exception_{};
  bool inside_start_ = false;
};

template <class T>
class Promise;

template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = Promise<T>;
  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (frame_) frame_.destroy();
      frame_ = std::exchange(other.frame_, {});
    }
    return *this;
  }
  ~Task() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  template <class P>
  bool await_suspend(std::coroutine_handle<P> caller) noexcept {
    PromiseBase& promise = frame_.promise();
    promise.caller_ = caller;
    promise.context_ = caller.promise().context();
    promise.inside_start_ = true;
    frame_.resume();
    if (frame_.done()) return false;
    promise.inside_start_ = false;
    return true;
  }
  T await_resume() {
    promise_type& promise = frame_.promise();
    promise.rethrow();
    return promise.take();
  }

 private:
  friend class Promise<T>;
  explicit Task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}
  std::coroutine_handle<promise_type> frame_;
};

template <class T>
class Promise : public PromiseBase {
 public:
  Task<T> get_return_object() noexcept { return Task<T>(std::coroutine_handle<Promise>::from_promise(*this)); }
  template <class U>
  void return_value(U&& value) {
    value_.emplace(std::forward<U>(value));
  }

 private:
  friend class Task<T>;
  T take() { return std::move(*value_); }
  std::optional<T> value_;
};

// A reference: the callee promises that what it refers to outlives the caller's use of it.
template <class T>
class Promise<T&> : public PromiseBase {
 public:
  Task<T&> get_return_object() noexcept { return Task<T&>(std::coroutine_handle<Promise>::from_promise(*this)); }
  void return_value(T& value) noexcept { value_ = std::addressof(value); }

 private:
  friend class Task<T&>;
  T& take() noexcept { return *value_; }
  T* value_ = nullptr;
};

template <>
class Promise<void> : public PromiseBase {
 public:
  Task<void> get_return_object() noexcept {
    return Task<void>(std::coroutine_handle<Promise>::from_promise(*this));
  }
  void return_void() const noexcept {}

 private:
  friend class Task<void>;
  void take() const noexcept {}
};

}  // namespace arint::runtime
