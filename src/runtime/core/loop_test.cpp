// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/core/loop.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "runtime/runtime.hpp"

namespace arint::runtime {
namespace {

using namespace std::chrono_literals;

Task<> waits_for_posts(Event& all) { EXPECT_TRUE((co_await all.wait()).ok()); }

TEST(Loop, takes_posts_from_four_threads_in_each_threads_order) {
  constexpr int threads = 4, posts = 25'000;
  Loop loop(Loop::Backend::automatic, 0);
  Event all;
  int seen[threads] = {};
  int total = 0;
  bool ordered = true;
  std::vector<std::thread> posters;
  for (int t = 0; t < threads; ++t)
    posters.emplace_back([&, t] {
      for (int i = 0; i < posts; ++i)
        loop.post([&, t, i] {
          ordered = ordered && seen[t]++ == i;
          if (++total == threads * posts) all.set();
        });
    });
  loop.run(waits_for_posts(all));
  for (std::thread& poster : posters) poster.join();
  EXPECT_TRUE(ordered);
  EXPECT_EQ(total, threads * posts);
}

Task<> ends_well_when_stopped(bool& ended) {
  EXPECT_EQ((co_await sleep(1h)).error(), ECANCELED);
  Context& context = *co_await this_context();
  const Shield shield(context, 1s);
  EXPECT_TRUE((co_await sleep(1ms)).ok()) << "a clean-up during the drain";
  ended = true;
}
Task<> stops_the_loop() {
  EXPECT_TRUE((co_await sleep(0ms)).ok());
  Loop::current().stop();
}
Task<> born_late(int& error) { error = (co_await sleep(1ms)).error(); }

TEST(Loop, stop_cancels_every_root_and_waits_for_its_end) {
  Loop loop(Loop::Backend::automatic, 0);
  bool ended[3] = {};
  for (bool& each : ended) loop.spawn(ends_well_when_stopped(each));
  loop.spawn(stops_the_loop());
  EXPECT_EQ(loop.counters().roots, 4u);
  loop.run();
  for (const bool each : ended) EXPECT_TRUE(each);
  EXPECT_EQ(loop.counters().roots, 0u);
  int error = 0;
  loop.spawn(born_late(error));
  EXPECT_EQ(error, ECANCELED) << "what is spawned after a stop is cancelled from the start";
}

TEST(Loop, drains_in_its_destructor_when_it_never_ran) {
  bool ended = false;
  {
    Loop loop(Loop::Backend::automatic, 0);
    loop.spawn(ends_well_when_stopped(ended));
  }
  EXPECT_TRUE(ended);
}

Task<> throws_at_once() {
  throw std::runtime_error("planted");
  co_return;
}
Task<> throws_later() {
  (void)co_await sleep(1ms);
  throw std::logic_error("planted too");
}
Task<> waits(Millis time) { (void)co_await sleep(time); }

TEST(Loop, exceptions_that_escape_are_reported_counted_and_survived) {
  Loop loop(Loop::Backend::automatic, 0);
  std::vector<std::string> heard;
  loop.on_escaped([&](std::exception_ptr exception) {
    try {
      std::rethrow_exception(exception);
    } catch (const std::exception& error) {
      heard.push_back(error.what());
    }
    throw std::runtime_error("even the hook throws");
  });
  loop.spawn(throws_at_once());
  loop.spawn(throws_later());
  loop.post([] { throw std::runtime_error("posted"); });
  loop.run(waits(50ms));
  EXPECT_EQ(heard.size(), 3u);
  EXPECT_EQ(loop.counters().escaped, 3u);
}

TEST(Loop, run_rethrows_what_left_its_task) {
  Loop loop(Loop::Backend::automatic, 0);
  EXPECT_THROW(loop.run(throws_later()), std::logic_error);
}

TEST(Loop, an_idle_loop_never_wakes_up) {
  std::uint64_t rounds = 0;
  double cpu_seconds = 0;
  Event never;
  std::thread thread([&] {
    Loop loop(Loop::Backend::automatic, 1);
    loop.spawn([](Event& event) -> Task<> { EXPECT_EQ((co_await event.wait()).error(), ECANCELED); }(never));
    rusage before{}, after{};
    ::getrusage(RUSAGE_THREAD, &before);
    loop.spawn([]() -> Task<> {
      (void)co_await sleep(500ms);
      Loop::current().stop();
    }());
    loop.run();
    ::getrusage(RUSAGE_THREAD, &after);
    rounds = loop.counters().rounds;
    cpu_seconds = static_cast<double>(after.ru_utime.tv_usec - before.ru_utime.tv_usec) * 1e-6;
  });
  thread.join();
  // One wake-up for the timer, and one where it moves down a level of the wheel.
  EXPECT_LE(rounds, 3u);
  EXPECT_LT(cpu_seconds, 0.1);
}

Task<> nested(int depth, int& deepest) {
  deepest = std::max(deepest, depth);
  if (depth < 20'000) Loop::current().spawn(nested(depth + 1, deepest));
  co_return;
}
TEST(Loop, a_task_that_spawns_one_that_spawns_one_does_not_eat_the_stack) {
  Loop loop(Loop::Backend::automatic, 0);
  int deepest = 0;
  loop.spawn(nested(0, deepest));
  loop.run(waits(1ms));
  EXPECT_EQ(deepest, 20'000);
}

Task<> takes_signals(std::vector<std::int64_t>& seen) {
  Signals signals({SIGUSR1, SIGHUP});
  ::raise(SIGUSR1);
  seen.push_back((co_await signals.next()).n);
  Loop::current().post([] { ::raise(SIGHUP); });
  seen.push_back((co_await signals.next()).n);
  Context& context = *co_await this_context();
  const Deadline limit(context, 20ms);
  seen.push_back((co_await signals.next()).n);
}
TEST(Signals, are_awaited_and_a_deadline_ends_the_wait) {
  Loop loop(Loop::Backend::automatic, 0);
  std::vector<std::int64_t> seen;
  loop.run(takes_signals(seen));
  EXPECT_EQ(seen, (std::vector<std::int64_t>{SIGUSR1, SIGHUP, -ETIMEDOUT}));
}

Task<> leaves_a_signal_unread() {
  Signals signals({SIGTERM});
  ::raise(SIGTERM);
  co_return;
}
TEST(Signals, nobody_awaits_do_not_end_the_process) {
  Loop loop(Loop::Backend::automatic, 0);
  loop.run(leaves_a_signal_unread());  // SIGTERM's default would end this test program
  sigset_t waiting;
  ::sigpending(&waiting);
  EXPECT_EQ(sigismember(&waiting, SIGTERM), 0);
}

}  // namespace
}  // namespace arint::runtime
