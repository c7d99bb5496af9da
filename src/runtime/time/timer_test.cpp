// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/time/timer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <random>
#include <vector>

#include "runtime/runtime.hpp"

namespace arint::runtime {
namespace {

struct Probe : Timer {
  TimerWheel* wheel = nullptr;
  std::uint64_t wanted = 0, fired = 0;
};

void arm(TimerWheel& wheel, Probe& probe, std::uint64_t due) {
  probe.wheel = &wheel;
  probe.wanted = due;
  probe.fired = 0;
  probe.fire = [](Timer& timer) noexcept {
    auto& self = static_cast<Probe&>(timer);
    self.fired = self.wheel->tick();
  };
  wheel.arm(probe, due);
}

// Walks from wake-up to wake-up as the loop does.
void walk(TimerWheel& wheel, std::uint64_t until) {
  while (const std::optional<std::uint64_t> next = wheel.next()) {
    if (*next > until) break;
    wheel.advance(*next);
  }
  wheel.advance(until);
}

TEST(TimerWheel, fires_each_timer_at_exactly_its_tick_over_all_levels) {
  std::mt19937_64 random(1);
  TimerWheel wheel(1'000'003);
  std::deque<Probe> probes(3000);
  for (Probe& probe : probes) arm(wheel, probe, wheel.tick() + 1 + (random() >> (25 + random() % 38)));
  for (std::size_t i = 0; i < probes.size(); i += 3) probes[i].disarm();
  walk(wheel, wheel.tick() + (std::uint64_t{1} << 40));
  for (std::size_t i = 0; i < probes.size(); ++i) EXPECT_EQ(probes[i].fired, i % 3 ? probes[i].wanted : 0) << i;
  EXPECT_FALSE(wheel.next());
}

TEST(TimerWheel, never_fires_early_when_advanced_in_random_strides) {
  std::mt19937_64 random(2);
  TimerWheel wheel(77);
  std::deque<Probe> probes(500);
  std::uint64_t now = 77;
  for (int round = 0; round < 5000; ++round) {
    Probe& probe = probes[random() % probes.size()];
    if (probe.fired) { EXPECT_GE(probe.fired, probe.wanted); }
    arm(wheel, probe, now + 1 + random() % 5000);
    now += random() % 100;
    wheel.advance(now);
    for (Probe& each : probes)
      if (each.armed()) { ASSERT_GT(each.wanted, now); }
  }
}

TEST(TimerWheel, a_timer_due_now_or_before_fires_at_the_next_tick) {
  TimerWheel wheel(100);
  Probe probe;
  arm(wheel, probe, 3);
  EXPECT_EQ(wheel.next(), 101u);
  wheel.advance(100);
  EXPECT_TRUE(probe.armed());
  wheel.advance(101);
  EXPECT_EQ(probe.fired, 101u);
}

struct Killer : Timer {
  Timer* victim = nullptr;
};

TEST(TimerWheel, what_fires_may_disarm_others_of_the_same_tick) {
  TimerWheel wheel(0);
  Killer killer;
  Probe victim;
  killer.victim = &victim;
  killer.fire = [](Timer& timer) noexcept { static_cast<Killer&>(timer).victim->disarm(); };
  wheel.arm(killer, 10);
  arm(wheel, victim, 10);
  wheel.advance(20);
  EXPECT_EQ(victim.fired, 0u);
  EXPECT_FALSE(victim.armed());
}

Task<> measure(Millis duration, std::vector<double>& late_ms) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE((co_await sleep(duration)).ok());
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  late_ms.push_back(took.count() - static_cast<double>(duration.count()));
}
Task<> measure_all(std::vector<double>& late_ms) {
  TaskGroup group;
  for (int i = 1; i <= 200; ++i) group.spawn(measure(Millis(i), late_ms));
  EXPECT_EQ(co_await group.join(), nullptr);
}
TEST(Sleep, is_never_early_in_real_time) {
  Loop loop(Loop::Backend::automatic, 0);
  std::vector<double> late_ms;
  loop.run(measure_all(late_ms));
  ASSERT_EQ(late_ms.size(), 200u);
  EXPECT_GE(*std::min_element(late_ms.begin(), late_ms.end()), 0.0);
}

Task<> busy_then_deadline(int& error) {
  // The loop's idea of the time is old after this; a deadline must not count from there.
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(150);
  while (std::chrono::steady_clock::now() < until) continue;
  Context& context = *co_await this_context();
  const Deadline limit(context, Millis(100));
  error = (co_await sleep(Millis(1))).error();
}
TEST(Deadline, counts_from_real_time_after_a_busy_stretch) {
  Loop loop(Loop::Backend::automatic, 0);
  int error = -1;
  loop.run(busy_then_deadline(error));
  EXPECT_EQ(error, 0);
}

}  // namespace
}  // namespace arint::runtime
