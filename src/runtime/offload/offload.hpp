// SPDX-License-Identifier: GPL-3.0-or-later
// Blocking work on threads of its own: name resolution, fsync, SQLite, ODBC, librabbitmq. The loop never blocks.
#pragma once
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <type_traits>

#include "runtime/core/operation.hpp"

namespace arint::runtime {

class OffloadPool;

namespace detail {

struct OffloadQueue;

// One job: it lives in the awaiting coroutine's frame and refers to a callable in that frame.
struct Job : Awaitable<Job> {
  using Call = std::int64_t (*)(void* callable);
  using Interrupt = void (*)(void* callable);
  Job(OffloadQueue& queue, void* callable, Call call, void* interrupter, Interrupt interrupt) noexcept
      : queue_(queue), callable_(callable), call_(call), interrupter_(interrupter), interrupt_(interrupt) {}
  bool begin() noexcept;
  IoResult await_resume();  // rethrows what left the job

 private:
  friend struct OffloadQueue;
  enum class State : std::uint8_t { waiting, running, done };
  OffloadQueue& queue_;
  void* callable_;
  Call call_;
  void* interrupter_;
  Interrupt interrupt_;
  Engine* engine_ = nullptr;
  Job* before_ = nullptr;  // in the pool's queue; guarded by its mutex, like state_
  Job* after_ = nullptr;
  State state_ = State::waiting;
  int cut_ = 0;                     // the context was cut while the job ran
  std::exception_ptr exception_{};
};

template <class F>
std::int64_t call_job(void* callable) {
  F& job = *static_cast<F*>(callable);
  if constexpr (std::is_void_v<std::invoke_result_t<F&>>) {
    job();
    return 0;
  } else {
    return job();
  }
}

template <class F>
void call_interrupt(void* callable) {
  (*static_cast<F*>(callable))();
}

}  // namespace detail

// A named, bounded pool. Any loop may use it. Threads start when they are first needed, are called after the pool, and take
// no signals. It must outlive every job; its end waits for those that run.
class OffloadPool {
 public:
  // `threads` at least 1; `queue`: most jobs that wait for a thread, over all loops.
  OffloadPool(std::string name, unsigned threads, unsigned queue);
  ~OffloadPool();
  OffloadPool(const OffloadPool&) = delete;
  OffloadPool& operator=(const OffloadPool&) = delete;

  // Runs `job` on a thread of the pool and resumes on the calling loop with what it returned: a count or a negative errno
  // (void counts as 0). An exception that leaves it is rethrown here.
  //   auto job = [&] { return fsync_all(files); };
  //   IoResult synced = co_await pool.run(job);
  // `job` is a named variable of the caller's, so that it lives until the end; it may refer to the caller's frame.
  // -EAGAIN at once when the queue is full.
  // After cancellation: a job that has not begun is taken back; one that runs cannot be abandoned, so the await lasts until it
  // ends, and then says -ECANCELED or -ETIMEDOUT: what it did is unknown.
  template <class F>
  detail::Job run(F& job) noexcept {
    return {*queue_, const_cast<void*>(static_cast<const void*>(&job)), &detail::call_job<F>, nullptr, nullptr};
  }
  // The same for libraries that can be interrupted (sqlite3_interrupt): `interrupt` is called on the loop's thread when the
  // context is cut while the job runs. It must be safe against the job's thread, and harmless if the job has just ended.
  template <class F, class I>
  detail::Job run(F& job, I& interrupt) noexcept {
    return {*queue_, const_cast<void*>(static_cast<const void*>(&job)), &detail::call_job<F>,
            const_cast<void*>(static_cast<const void*>(&interrupt)), &detail::call_interrupt<I>};
  }

  struct Counters {
    unsigned threads = 0;  // started
    unsigned waiting = 0;
    unsigned running = 0;
  };
  Counters counters() const noexcept;
  const std::string& name() const noexcept;

 private:
  std::unique_ptr<detail::OffloadQueue> queue_;
};

namespace detail {
OffloadPool& default_pool() noexcept;
}

// On the calling loop's own pool (Loop::offload_pool). What is used often or long deserves a pool named after it.
template <class F>
detail::Job offload(F& job) noexcept {
  return detail::default_pool().run(job);
}

}  // namespace arint::runtime
