// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/core/engine.hpp"

#include <algorithm>
#include <climits>
#include <cstdio>
#include <utility>

namespace arint::runtime {

constinit thread_local Engine* current_engine = nullptr;

Engine::Engine(Backend backend, Time time)
    : clock(time),
      tick_shift(time == Time::real ? 4 : 0),
      wheel(static_cast<std::uint64_t>(clock.steady_ns() / 1'000'000) >> tick_shift),
      poller(backend) {
  round_ns = clock.steady_ns();
}

Engine::~Engine() = default;

std::int64_t Engine::arming_ms() const noexcept {
  // Not the kernel's coarse clock: when its tick is late, as on a busy virtual machine, that one lags by any amount.
  return (clock.steady_ns() + 999'999) / 1'000'000;
}

void Engine::arm(Timer& timer, std::int64_t due_ms) noexcept {
  const std::int64_t tick_ms = std::int64_t{1} << tick_shift;
  wheel.arm(timer, static_cast<std::uint64_t>(due_ms + tick_ms - 1) >> tick_shift);
}

void Engine::run(Operation* operation) noexcept {
  while (operation) {
    Operation* const next = operation->next;
    operation->queued = false;
    budget = budget_per_event;
    if (operation->step) operation->step(*operation);
    else operation->waiter.resume();
    operation = next;
  }
}

void Engine::run_queues() noexcept {
  // Coroutines that wake each other need no system call in between, for a while; then the descriptors have their turn.
  constexpr int passes = 8;
  Operation* const later = postponed.take();
  for (int i = 0; i < passes && finished.first; ++i) run(finished.take());
  run(later);
}

int Engine::poll_timeout() noexcept {
  if (runnable()) return 0;
  const std::optional<std::uint64_t> next = wheel.next();
  if (!next) return -1;
  if (clock.time() == Time::simulated) return outstanding || holds ? -1 : 0;
  const std::int64_t due_ms = static_cast<std::int64_t>(*next << tick_shift);
  return static_cast<int>(std::clamp<std::int64_t>(due_ms - now_ms(), 0, INT_MAX));
}

bool Engine::jump() noexcept {
  if (clock.time() != Time::simulated || runnable() || outstanding || holds) return false;
  const std::optional<std::uint64_t> next = wheel.next();
  if (!next) return false;
  clock.jump_to(static_cast<std::int64_t>(*next << tick_shift) * 1'000'000);
  return true;
}

void Engine::poll() noexcept {
  int served = 0;
  if (poller.wait(*this, poll_timeout(), served)) run_posted();
  ++rounds;
  if (!served && jump()) round_ns = clock.steady_ns();
  wheel.advance(static_cast<std::uint64_t>(round_ns / 1'000'000) >> tick_shift);
}

void Engine::post(std::function<void()> job) {
  // Woken under the lock: once the loop has the job it may end, and nothing of it may be touched after the unlock.
  const std::lock_guard lock(posted_mutex);
  posted.push_back(std::move(job));
  if (posted.size() == 1) poller.wake();
}

void Engine::run_posted() noexcept {
  std::vector<std::function<void()>> jobs;
  {
    const std::lock_guard lock(posted_mutex);
    jobs.swap(posted);
  }
  for (std::function<void()>& job : jobs) {
    budget = budget_per_event;
    try {
      job();
    } catch (...) {
      report_escaped(std::current_exception());
    }
  }
}

void Engine::report_escaped(std::exception_ptr exception) noexcept {
  ++escaped;
  try {
    if (escaped_hook) escaped_hook(exception);
    else std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "arint: an exception escaped a task: %s\n", error.what());
  } catch (...) {
    std::fprintf(stderr, "arint: an exception escaped a task\n");
  }
}

}  // namespace arint::runtime
