// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/time/clock.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <semaphore>
#include <string>
#include <thread>

#include "runtime/runtime.hpp"

namespace arint::runtime {
namespace {

using namespace std::chrono_literals;

Task<> says_when(Millis after, std::string& order, char name) {
  EXPECT_TRUE((co_await sleep(after)).ok());
  order += name;
}
Task<> a_month(std::string& order) {
  const std::int64_t start = Loop::current().clock().now_ms_since_epoch();
  TaskGroup group;
  group.spawn(says_when(720h, order, 'd'));
  group.spawn(says_when(21ms, order, 'b'));
  group.spawn(says_when(20ms, order, 'a'));
  group.spawn(says_when(30s, order, 'c'));
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_EQ(Loop::current().clock().now_ms_since_epoch() - start, Millis(720h).count());
}
TEST(SimulatedTime, a_month_passes_at_once_in_order_and_to_the_millisecond) {
  Loop loop(Loop::Backend::automatic, 0, Time::simulated);
  const auto start = std::chrono::steady_clock::now();
  std::string order;
  loop.run(a_month(order));
  EXPECT_EQ(order, "abcd");
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
}

TEST(SimulatedTime, the_wall_clock_starts_where_it_is_told) {
  Loop loop(Loop::Backend::automatic, 0, Time::simulated);
  loop.clock().set_wall(1'000'000);
  EXPECT_EQ(loop.clock().now_ms_since_epoch(), 1'000'000);
  const auto later = []() -> Task<> { EXPECT_TRUE((co_await sleep(5s)).ok()); };
  loop.run(later());
  EXPECT_EQ(loop.clock().now_ms_since_epoch(), 1'005'000);
}

Task<> offloads(std::binary_semaphore& go, bool& timed_out) {
  Context& context = *co_await this_context();
  const Deadline limit(context, 1h);
  auto job = [&] { go.acquire(); };
  timed_out = !(co_await offload(job)).ok();
}
TEST(SimulatedTime, stands_still_while_offloaded_work_runs) {
  std::binary_semaphore go(0);
  bool timed_out = true;
  std::thread other([&] {
    std::this_thread::sleep_for(50ms);  // time for a wrong jump to happen; the result does not depend on it
    go.release();
  });
  {
    Loop loop(Loop::Backend::automatic, 0, Time::simulated);
    loop.run(offloads(go, timed_out));
  }
  other.join();
  EXPECT_FALSE(timed_out);
}

Task<> holds(Loop& loop, std::thread& other, bool& timed_out) {
  Context& context = *co_await this_context();
  Event done;
  const Deadline limit(context, 1h);
  const TimeHold hold;
  other = std::thread([&] {
    std::this_thread::sleep_for(20ms);
    loop.post([&] { done.set(); });
  });
  timed_out = !(co_await done.wait()).ok();
}
TEST(SimulatedTime, stands_still_while_it_is_held) {
  bool timed_out = true;
  std::thread other;
  {
    Loop loop(Loop::Backend::automatic, 0, Time::simulated);
    loop.run(holds(loop, other, timed_out));
    other.join();
  }
  EXPECT_FALSE(timed_out);
}

}  // namespace
}  // namespace arint::runtime
