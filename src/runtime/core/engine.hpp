// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of a Loop, shared by the operations in this folder. Not for other folders.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "runtime/time/clock.hpp"
#include "runtime/core/operation.hpp"
#include "runtime/time/timer.hpp"
#include "runtime/io/poller/poller.hpp"

namespace arint::runtime {

struct Engine {
  struct Queue {
    void push(Operation& operation) noexcept {
      operation.queued = true;
      operation.next = nullptr;
      (last ? last->next : first) = &operation;
      last = &operation;
    }
    Operation* take() noexcept {
      last = nullptr;
      return std::exchange(first, nullptr);
    }
    Operation* first = nullptr;
    Operation* last = nullptr;
  };

  // Operations a coroutine may finish without suspending, per event; then the others have their turn.
  static constexpr int budget_per_event = 64;

  Engine(Backend backend, Time time);
  ~Engine();

  // --- operations
  // `operation` waits from now on; cancelling its context calls its abort.
  static void wait(Operation& operation) noexcept {
    Context& context = *operation.context;
    context.pending_ = &operation;
    if (context.uncounted_) context.count();
  }
  // Finished: resumes the waiter from within the loop. Only for code the loop calls, never from inside a coroutine.
  void finish(Operation& operation) noexcept {
    operation.context->pending_ = nullptr;
    resume(operation);
  }
  // Finished, from anywhere on this thread: the waiter is resumed soon, by the loop.
  void finish_later(Operation& operation) noexcept {
    operation.context->pending_ = nullptr;
    operation.step = nullptr;
    if (!operation.queued) finished.push(operation);
  }
  // Its step is called (or, without one, its waiter resumed) in the next round, after the descriptors had their turn.
  void next_round(Operation& operation) noexcept {
    if (!operation.queued) postponed.push(operation);
  }
  void resume(Operation& operation) noexcept {
    budget = budget_per_event;
    operation.waiter.resume();
  }
  // One unit of the budget; false when it is used up and the operation must wait for its turn.
  bool spend() noexcept { return --budget >= 0; }

  // --- time
  // Loop time in milliseconds, taken now and rounded up: a deadline counted from it is never early.
  std::int64_t arming_ms() const noexcept;
  std::int64_t now_ms() const noexcept { return clock.steady_ns() / 1'000'000; }
  void arm(Timer& timer, std::int64_t due_ms) noexcept;

  // --- the loop's rounds
  void run_queues() noexcept;
  void run(Operation* first) noexcept;
  bool runnable() const noexcept { return finished.first || postponed.first; }
  void poll() noexcept;
  void run_posted() noexcept;
  void post(std::function<void()> job);
  void report_escaped(std::exception_ptr exception) noexcept;
  int poll_timeout() noexcept;
  bool jump() noexcept;

  Clock clock;
  unsigned tick_shift;            // log2 of the tick in ms: 4 in real time, 0 in simulated
  TimerWheel wheel;
  Poller poller;
  int budget = budget_per_event;
  int start_depth = 0;            // nested starts of root coroutines
  std::uint32_t outstanding = 0;  // offloaded jobs under way: the loop must not end
  std::uint32_t holds = 0;        // TimeHolds; like outstanding jobs they keep simulated time from jumping
  std::int64_t round_ns = 0;      // time of the present round
  std::uint64_t rounds = 0;
  Queue finished, postponed;

  std::uint64_t escaped = 0;
  std::function<void(std::exception_ptr)> escaped_hook;

  std::mutex posted_mutex;
  std::vector<std::function<void()>> posted;  // guarded by posted_mutex
};

// The engine of the loop that lives on this thread; null when there is none.
extern constinit thread_local Engine* current_engine;

}  // namespace arint::runtime
