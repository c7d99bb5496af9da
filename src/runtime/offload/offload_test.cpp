// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/offload/offload.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <semaphore>
#include <stdexcept>
#include <thread>
#include <vector>

#include "runtime/runtime.hpp"

namespace arint::runtime {
namespace {

using namespace std::chrono_literals;

Task<> runs_elsewhere(OffloadPool& pool) {
  const std::thread::id here = std::this_thread::get_id();
  std::thread::id there;
  auto job = [&]() -> std::int64_t {
    there = std::this_thread::get_id();
    return 42;
  };
  EXPECT_EQ(pool.counters().threads, 0u) << "no thread before the first job";
  const IoResult done = co_await pool.run(job);
  EXPECT_EQ(done.n, 42);
  EXPECT_NE(there, here);
  EXPECT_EQ(std::this_thread::get_id(), here) << "resumes on its own loop";
  EXPECT_EQ(pool.counters().threads, 1u) << "one job at a time needs one thread";
  auto fails = [] { throw std::runtime_error("in the job"); };
  bool caught = false;
  try {
    (void)co_await pool.run(fails);
  } catch (const std::runtime_error&) {
    caught = true;
  }
  EXPECT_TRUE(caught);
}
TEST(Offload, runs_on_a_thread_of_its_own_and_returns_to_the_loop) {
  OffloadPool pool("test", 2, 8);
  Loop loop(Loop::Backend::automatic, 0);
  loop.run(runs_elsewhere(pool));
}

Task<> one_job(OffloadPool& pool, std::counting_semaphore<>& go, std::vector<std::int64_t>& results) {
  auto job = [&]() -> std::int64_t {
    go.acquire();
    return 1;
  };
  const IoResult done = co_await pool.run(job);
  results.push_back(done.n);
}
Task<> fills_the_queue(OffloadPool& pool) {
  std::counting_semaphore<> go(0);
  std::vector<std::int64_t> results;
  TaskGroup group;
  for (int i = 0; i < 7; ++i) group.spawn(one_job(pool, go, results));
  EXPECT_EQ(results, (std::vector<std::int64_t>{-EAGAIN, -EAGAIN})) << "2 threads + 3 waiting; two are refused at once";
  go.release(5);
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_EQ(results, (std::vector<std::int64_t>{-EAGAIN, -EAGAIN, 1, 1, 1, 1, 1}));
}
TEST(Offload, refuses_at_once_when_the_queue_is_full) {
  OffloadPool pool("test", 2, 3);
  Loop loop(Loop::Backend::automatic, 0);
  loop.run(fills_the_queue(pool));
}

Task<> cut_job(OffloadPool& pool, std::binary_semaphore& started, std::binary_semaphore& go, bool& finished, int& error) {
  auto job = [&] {
    started.release();
    go.acquire();
    finished = true;
  };
  error = (co_await pool.run(job)).error();
}
Task<> never_starts(OffloadPool& pool, int& error) {
  bool ran = false;
  auto job = [&] { ran = true; };
  error = (co_await pool.run(job)).error();
  EXPECT_FALSE(ran);
}
Task<> cancels(OffloadPool& pool) {
  std::binary_semaphore started(0), go(0);
  bool finished = false;
  int running_error = 0, waiting_error = 0;
  TaskGroup group;
  group.spawn(cut_job(pool, started, go, finished, running_error));
  started.acquire();
  group.spawn(never_starts(pool, waiting_error));
  group.cancel(ECANCELED);
  EXPECT_TRUE((co_await sleep(0ms)).ok());
  EXPECT_EQ(waiting_error, ECANCELED) << "one that has not begun is taken back at once";
  EXPECT_EQ(running_error, 0) << "one that runs refers to its frame: it is waited for";
  EXPECT_EQ(group.count(), 1u);
  go.release();
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_TRUE(finished);
  EXPECT_EQ(running_error, ECANCELED);
}
TEST(Offload, a_cancelled_job_is_taken_back_or_waited_for) {
  OffloadPool pool("test", 1, 8);
  Loop loop(Loop::Backend::automatic, 0);
  loop.run(cancels(pool));
}

Task<> interrupts(OffloadPool& pool) {
  std::binary_semaphore interrupted(0);
  int calls = 0;
  auto job = [&] { interrupted.acquire(); };  // as a long query would run until it is interrupted
  auto interrupt = [&] {
    ++calls;
    interrupted.release();
  };
  Context& context = *co_await this_context();
  const Deadline limit(context, 20ms);
  EXPECT_EQ((co_await pool.run(job, interrupt)).error(), ETIMEDOUT);
  EXPECT_EQ(calls, 1);
}
TEST(Offload, a_deadline_calls_the_interrupter_of_a_running_job) {
  OffloadPool pool("test", 1, 8);
  Loop loop(Loop::Backend::automatic, 0);
  loop.run(interrupts(pool));
}

Task<> many(OffloadPool& pool, int jobs, std::atomic<int>& done) {
  auto job = [&]() -> std::int64_t { return ++done; };
  for (int i = 0; i < jobs; ++i) {
    const IoResult result = co_await pool.run(job);
    EXPECT_TRUE(result.ok());
  }
}
Task<> many_at_once(OffloadPool& pool, std::atomic<int>& done) {
  TaskGroup group;
  for (int i = 0; i < 8; ++i) group.spawn(many(pool, 500, done));
  EXPECT_EQ(co_await group.join(), nullptr);
}
TEST(Offload, serves_several_loops_at_once) {
  OffloadPool pool("test", 3, 64);
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  for (unsigned core = 1; core <= 3; ++core)
    threads.emplace_back([&, core] {
      Loop loop(Loop::Backend::automatic, core);
      loop.run(many_at_once(pool, done));
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 3 * 8 * 500);
}

Task<> stop_during_job(std::binary_semaphore& started, std::binary_semaphore& go, bool& finished) {
  auto job = [&] {
    started.release();
    go.acquire();
    finished = true;
  };
  EXPECT_EQ((co_await offload(job)).error(), ECANCELED);
}
TEST(Offload, stopping_the_loop_waits_for_a_running_job) {
  std::binary_semaphore started(0), go(0);
  bool finished = false;
  std::thread releases;
  {
    Loop loop(Loop::Backend::automatic, 0);
    loop.spawn(stop_during_job(started, go, finished));
    started.acquire();  // one that has not begun would be taken back
    std::binary_semaphore stopped(0);
    releases = std::thread([&] {
      stopped.acquire();  // the job ends only when the drain has begun
      go.release();
    });
    const auto stops = [](std::binary_semaphore* said) -> Task<> {
      (void)co_await sleep(5ms);
      Loop::current().stop();
      said->release();
    };
    loop.spawn(stops(&stopped));
    loop.run();
    releases.join();
    EXPECT_TRUE(finished);
  }
}

}  // namespace
}  // namespace arint::runtime
