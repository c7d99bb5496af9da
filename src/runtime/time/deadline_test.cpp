// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <cerrno>

#include "runtime/runtime.hpp"

namespace arint::runtime {
namespace {

using namespace std::chrono_literals;

// Every test here runs in simulated time: hours pass in microseconds, and nothing depends on the machine's load.
void run(Task<> main) {
  Loop loop(Loop::Backend::automatic, 0, Time::simulated);
  loop.run(std::move(main));
}

std::int64_t elapsed_ms(std::int64_t since_ns) { return (Loop::current().clock().steady_ns() - since_ns) / 1'000'000; }
std::int64_t now_ns() { return Loop::current().clock().steady_ns(); }

Task<> inner_restores_outer() {
  Context& context = *co_await this_context();
  const Deadline outer(context, 1h);
  {
    const Deadline inner(context, 5s);
    EXPECT_EQ(inner.remaining(), 5s);
    EXPECT_EQ((co_await sleep(10s)).error(), ETIMEDOUT);
    EXPECT_TRUE(inner.fired());
    EXPECT_EQ(context.error(), ETIMEDOUT);
    EXPECT_EQ(context.remaining(), 0s);
    EXPECT_EQ((co_await sleep(1ms)).error(), ETIMEDOUT) << "still inside the scope that fired";
  }
  EXPECT_FALSE(outer.fired());
  EXPECT_EQ(context.error(), 0);
  EXPECT_TRUE((co_await sleep(10s)).ok());
  EXPECT_LE(context.remaining(), 1h - 15s);
}
TEST(Deadline, inner_one_fires_alone_and_restores_the_outer_state) { run(inner_restores_outer()); }

// Scopes that begin, end and wait in every order: what is in force is always the earliest of those that stand.
Task<> scopes_without_waits() {
  Context& context = *co_await this_context();
  {
    const Deadline outer(context, 10s);
    {
      const Deadline none(context, Millis::max());
      { const Deadline unused(context, 1s); }
      {
        const Deadline inner(context, 5s);
        EXPECT_TRUE((co_await sleep(1s)).ok());
        EXPECT_EQ(context.remaining(), 4s);
      }
      EXPECT_EQ(context.remaining(), 9s) << "the outer one ran from the first wait on";
      const Deadline longer(context, 1h);
      EXPECT_EQ(context.remaining(), 9s);
      const Deadline shorter(context, 2s);
      EXPECT_EQ(context.remaining(), 2s);
    }
    EXPECT_EQ(context.remaining(), 9s);
    EXPECT_EQ((co_await sleep(1h)).error(), ETIMEDOUT);
    EXPECT_TRUE(outer.fired());
  }
  EXPECT_EQ(context.remaining(), Millis::max());
  const Deadline masked(context, 3s);
  {
    const Shield shield(context, 1h);
    EXPECT_TRUE((co_await sleep(2s)).ok());
  }
  EXPECT_EQ(context.remaining(), 1s) << "the time of a masked one runs, though nobody had waited";
}
TEST(Deadline, one_that_nobody_waited_in_costs_nothing_and_changes_nothing) { run(scopes_without_waits()); }

Task<> outer_wins() {
  Context& context = *co_await this_context();
  const std::int64_t start = now_ns();
  const Deadline outer(context, 3s);
  {
    const Deadline inner(context, 1h);
    EXPECT_EQ(inner.remaining(), 3s) << "an inner deadline never extends the outer one";
    EXPECT_EQ((co_await sleep(2h)).error(), ETIMEDOUT);
    EXPECT_FALSE(inner.fired());
    EXPECT_TRUE(outer.fired());
  }
  EXPECT_EQ(context.error(), ETIMEDOUT) << "the outer scope goes on";
  EXPECT_GE(elapsed_ms(start), 3000);
  EXPECT_LE(elapsed_ms(start), 3001);
}
TEST(Deadline, outer_one_cuts_through_inner_ones) { run(outer_wins()); }

Task<> zero_and_none() {
  Context& context = *co_await this_context();
  EXPECT_EQ(context.remaining(), Millis::max());
  {
    const Deadline none(context, Millis::max());
    EXPECT_EQ(context.remaining(), Millis::max());
    EXPECT_TRUE((co_await sleep(100h)).ok());
  }
  {
    const Deadline gone(context, 0ms);
    EXPECT_TRUE(gone.fired());
    EXPECT_EQ((co_await sleep(0ms)).error(), ETIMEDOUT);
  }
  EXPECT_EQ(context.error(), 0);
}
TEST(Deadline, zero_fires_at_once_and_max_never) { run(zero_and_none()); }

// What the owner's cancel looks like from inside, whatever deadlines stand.
Task<> sees_cancel_not_timeout(Event& ready, int& first, int& after) {
  Context& context = *co_await this_context();
  {
    const Deadline limit(context, 1h);
    ready.set();
    first = (co_await sleep(2h)).error();
    after = (co_await sleep(2h)).error();
  }
  EXPECT_EQ(context.error(), ECANCELED) << "being cancelled is terminal";
}
Task<> cancels_child() {
  TaskGroup group;
  Event ready;
  int first = 0, after = 0;
  group.spawn(sees_cancel_not_timeout(ready, first, after));
  EXPECT_TRUE((co_await ready.wait()).ok());
  group.cancel(ECANCELED);
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_EQ(first, ECANCELED);
  EXPECT_EQ(after, ECANCELED);
}
TEST(Deadline, being_stopped_is_never_reported_as_a_timeout) { run(cancels_child()); }

Task<> timed_out_then_stopped(Event& timed_out, Event& go_on) {
  Context& context = *co_await this_context();
  const Deadline limit(context, 1s);
  EXPECT_EQ((co_await sleep(2s)).error(), ETIMEDOUT);
  timed_out.set();
  {
    const Shield shield(context, 10s);
    EXPECT_TRUE((co_await go_on.wait()).ok());
  }
  EXPECT_EQ(context.error(), ECANCELED) << "stopped after a timeout is stopped";
}
Task<> stops_after_timeout() {
  TaskGroup group;
  Event timed_out, go_on;
  group.spawn(timed_out_then_stopped(timed_out, go_on));
  EXPECT_TRUE((co_await timed_out.wait()).ok());
  group.cancel(ECANCELED);
  go_on.set();
  EXPECT_EQ(co_await group.join(), nullptr);
}
TEST(Deadline, a_stop_that_comes_after_the_timeout_wins) { run(stops_after_timeout()); }

Task<> shield_in_timeout() {
  Context& context = *co_await this_context();
  const Deadline limit(context, 1s);
  EXPECT_EQ((co_await sleep(2s)).error(), ETIMEDOUT);
  {
    const Shield shield(context, 5s);
    EXPECT_EQ(context.error(), 0);
    EXPECT_EQ(context.remaining(), 5s);
    EXPECT_TRUE((co_await sleep(2s)).ok()) << "the clean-up runs";
    {
      const Deadline inner(context, 1s);
      EXPECT_EQ((co_await sleep(2s)).error(), ETIMEDOUT) << "deadlines nest inside a shield";
    }
    EXPECT_EQ(context.error(), 0);
    EXPECT_EQ((co_await sleep(60s)).error(), ETIMEDOUT) << "but within its own limit";
  }
  EXPECT_EQ(context.error(), ETIMEDOUT);
  EXPECT_EQ((co_await sleep(1ms)).error(), ETIMEDOUT);
}
TEST(Shield, lets_a_clean_up_run_after_a_timeout_within_its_own_limit) { run(shield_in_timeout()); }

Task<> outer_fires_under_shield() {
  Context& context = *co_await this_context();
  const Deadline limit(context, 1s);
  {
    const Shield shield(context, 10s);
    EXPECT_TRUE((co_await sleep(5s)).ok()) << "the outer deadline passed meanwhile, and is masked";
    EXPECT_TRUE(limit.fired());
    EXPECT_EQ(context.error(), 0);
  }
  EXPECT_EQ(context.error(), ETIMEDOUT);
}
TEST(Shield, masks_a_deadline_that_fires_meanwhile_until_it_ends) { run(outer_fires_under_shield()); }

Task<> calls_deeper(int depth, int& error) {
  if (depth) co_await calls_deeper(depth - 1, error);
  else error = (co_await sleep(1h)).error();
}
Task<> inherited_by_tasks() {
  Context& context = *co_await this_context();
  int error = 0;
  const Deadline limit(context, 1s);
  co_await calls_deeper(20, error);
  EXPECT_EQ(error, ETIMEDOUT);
}
TEST(Deadline, is_inherited_by_every_awaited_task) { run(inherited_by_tasks()); }

Task<> child_sees_remaining(Millis& left) {
  left = (co_await this_context())->remaining();
}
Task<> group_inherits() {
  Context& context = *co_await this_context();
  const Deadline limit(context, 7s);
  Millis inherited{}, own{};
  TaskGroup inside(context), apart;
  inside.spawn(child_sees_remaining(inherited));
  apart.spawn(child_sees_remaining(own));
  EXPECT_EQ(co_await inside.join(), nullptr);
  EXPECT_EQ(co_await apart.join(), nullptr);
  EXPECT_EQ(inherited, 7s);
  EXPECT_EQ(own, Millis::max());
}
TEST(Deadline, children_of_a_group_inside_a_context_see_what_is_left) { run(group_inherits()); }

Task<> many_deadlines() {
  Context& context = *co_await this_context();
  // 100,000 armed and disarmed leave nothing behind that would fire later.
  for (int i = 0; i < 100'000; ++i) const Deadline limit(context, Millis(1 + i % 60'000));
  EXPECT_TRUE((co_await sleep(2min)).ok());
}
TEST(Deadline, a_hundred_thousand_disarmed_ones_leave_nothing_behind) { run(many_deadlines()); }

TEST(DeadlineDeathTest, ending_out_of_order_stops_the_process_with_a_message) {
  Loop loop(Loop::Backend::automatic, 0, Time::simulated);
  Context context;
  const auto misuse = [&] {
    auto first = std::make_unique<Deadline>(context, 1s);
    const Deadline second(context, 1s);
    first.reset();
  };
  EXPECT_DEATH(misuse(), "ended out of order");
}

}  // namespace
}  // namespace arint::runtime
