// SPDX-License-Identifier: GPL-3.0-or-later
// Loop: one per core and thread. Waits for descriptors, timers and posted work, and resumes the coroutines that wait for them.
//
// Construct, run and destroy it on one thread. It sleeps until something is due: an idle loop uses no CPU at all.
#pragma once
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>

#include "runtime/core/backend.hpp"
#include "runtime/time/clock.hpp"
#include "runtime/core/task.hpp"

namespace arint::runtime {

class BufferPool;
class OffloadPool;

class Loop {
 public:
  using Backend = runtime::Backend;

  // `core`: number of this loop among its siblings, from 0; names the thread (except core 0, the main thread's).
  // Where the kernel refuses io_uring it is epoll: ask backend(). Throws std::system_error when the process has no descriptors left. Ignores SIGPIPE for the process.
  Loop(Backend backend, unsigned core, Time time = Time::real);
  // Stops and drains if that has not happened.
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // The loop of this thread; there must be one.
  static Loop& current() noexcept;

  // Runs until stop() was called and every root coroutine and offloaded job has ended. Once in a loop's life.
  void run();
  // Runs until `main` has ended, then stops. Rethrows what left `main`.
  void run(Task<> main);
  // Cancels every root with ECANCELED, and those spawned later from their start. On this thread; elsewhere post() it.
  void stop() noexcept;
  bool stopping() const noexcept;

  // A root coroutine with a Context of its own, owned and joined by the loop. Starts at once, until its first suspension.
  // An exception that leaves it goes to the hook of on_escaped().
  void spawn(Task<> root);

  // The only thread-safe call: `job` runs on the loop's thread in one of its next rounds.
  // For the engine's inside: nothing limits how much is posted, so whoever posts for users must limit what they have in
  // flight (as OffloadPool does). After the loop has ended the job is dropped; the poster must know when that is.
  void post(std::function<void()> job);

  // Receives exceptions that escaped a root or a posted job; set once, before run(). Default: one line on standard error.
  void on_escaped(std::function<void(std::exception_ptr)> hook);

  const Clock& clock() const noexcept;
  Clock& clock() noexcept;
  // Of current()'s clock: steady, in nanoseconds.
  static std::int64_t now_ns() noexcept { return current().clock().steady_ns(); }
  // Time of the present round, steady; free of charge, and behind the clock by the length of the round.
  std::uint64_t coarse_now_ns() const noexcept;
  unsigned core() const noexcept;
  Backend backend() const noexcept;              // epoll or io_uring
  const std::string& refusal() const noexcept;   // why it is epoll though io_uring was wanted, in half a sentence; or empty
  BufferPool& buffers() noexcept;        // this thread's I/O buffers
  OffloadPool& offload_pool() noexcept;  // what offload() uses: 4 threads, 256 waiting jobs; started when first needed

  struct Counters {
    std::uint64_t rounds = 0;    // times it woke up
    std::uint64_t escaped = 0;   // exceptions that left a root or a posted job
    std::size_t roots = 0;       // root coroutines alive, those of groups not counted
    std::size_t sockets = 0;     // open sockets and listeners
    std::size_t outstanding = 0; // offloaded jobs under way
  };
  Counters counters() const noexcept;

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

// While one exists, simulated time does not jump: something outside the loop (a process, a peer) is at work for us.
class TimeHold {
 public:
  TimeHold() noexcept;
  ~TimeHold();
  TimeHold(const TimeHold&) = delete;
  TimeHold& operator=(const TimeHold&) = delete;
};

}  // namespace arint::runtime
