// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <vector>

#include "runtime/runtime.hpp"

namespace arint::runtime {
namespace {

using namespace std::chrono_literals;

void run(Task<> main) {
  Loop loop(Loop::Backend::automatic, 0, Time::simulated);
  loop.run(std::move(main));
}

// ---------------------------------------------------------------- groups

Task<> notes_end(Millis time, std::vector<int>& ends) { ends.push_back((co_await sleep(time)).error()); }
Task<> fails_after(Millis time) {
  (void)co_await sleep(time);
  throw std::runtime_error("child failed");
}
std::string words(std::exception_ptr exception) {
  if (!exception) return "";
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    return error.what();
  }
}

Task<> first_failure() {
  TaskGroup group;
  std::vector<int> ends;
  group.spawn(notes_end(1h, ends));
  group.spawn(fails_after(1s));
  group.spawn(notes_end(1h, ends));
  group.spawn(fails_after(2h));
  EXPECT_EQ(words(co_await group.join()), "child failed");
  EXPECT_EQ(ends, (std::vector<int>{ECANCELED, ECANCELED}));
  EXPECT_EQ(group.count(), 0u);
  // And it can be used again.
  ends.clear();
  group.spawn(notes_end(1s, ends));
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_EQ(ends, (std::vector<int>{0}));
}
TEST(TaskGroup, first_failure_cancels_the_siblings_and_is_joined) { run(first_failure()); }

Task<> siblings_go_on() {
  TaskGroup group(Siblings::go_on);
  std::vector<int> ends;
  group.spawn(fails_after(1s));
  group.spawn(notes_end(1h, ends));
  EXPECT_EQ(words(co_await group.join()), "child failed");
  EXPECT_EQ(ends, (std::vector<int>{0}));
}
TEST(TaskGroup, siblings_may_go_on_after_a_failure) { run(siblings_go_on()); }

Task<> cut_joiner() {
  Context& context = *co_await this_context();
  TaskGroup group;
  std::vector<int> ends;
  for (int i = 0; i < 100; ++i) group.spawn(notes_end(1h, ends));
  {
    const Deadline limit(context, 1s);
    EXPECT_EQ(co_await group.join(), nullptr);
    EXPECT_TRUE(limit.fired());
  }
  EXPECT_EQ(ends, std::vector<int>(100, ETIMEDOUT)) << "all were cut, and waited for";
  // A joiner that is already cut cuts the children too.
  ends.clear();
  group.spawn(notes_end(1h, ends));
  const Deadline gone(context, 0s);
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_EQ(ends, (std::vector<int>{ETIMEDOUT}));
}
TEST(TaskGroup, cutting_the_joiner_cuts_the_children_and_waits_for_them) { run(cut_joiner()); }

Task<> slow_clean_up(int& state) {
  EXPECT_EQ((co_await sleep(1h)).error(), ETIMEDOUT);
  Context& context = *co_await this_context();
  const Shield shield(context, 1min);
  EXPECT_TRUE((co_await sleep(10s)).ok());
  state = context.error();
}
Task<> joins_slow(Event& cut, int& state) {
  Context& context = *co_await this_context();
  TaskGroup group;
  group.spawn(slow_clean_up(state));
  const Deadline limit(context, 1s);
  cut.set();
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_EQ(context.error(), ECANCELED);
}
Task<> stop_during_clean_up() {
  TaskGroup group;
  Event cut;
  int state = -1;
  group.spawn(joins_slow(cut, state));
  EXPECT_TRUE((co_await cut.wait()).ok());
  EXPECT_TRUE((co_await sleep(5s)).ok());
  EXPECT_EQ(state, -1) << "cut, but its clean-up is still running";
  group.cancel(ECANCELED);
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_EQ(state, 0) << "the clean-up ran to its end through both";
}
TEST(TaskGroup, a_stop_reaches_through_a_join_that_was_cut_before) { run(stop_during_clean_up()); }

Task<> spawns_more(TaskGroup& group, int left, int& done) {
  (void)co_await sleep(1s);
  if (left) group.spawn(spawns_more(group, left - 1, done));
  ++done;
}
Task<> spawned_while_joined() {
  TaskGroup group;
  int done = 0;
  group.spawn(spawns_more(group, 10, done));
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_EQ(done, 11);
}
TEST(TaskGroup, waits_for_what_children_spawn) { run(spawned_while_joined()); }

Task<> born_cancelled() {
  TaskGroup group;
  std::vector<int> ends;
  group.cancel(ECANCELED);
  group.spawn(notes_end(1h, ends));
  EXPECT_EQ(ends, (std::vector<int>{ECANCELED}));
  EXPECT_EQ(co_await group.join(), nullptr);
}
TEST(TaskGroup, spawned_after_cancel_is_born_cancelled) { run(born_cancelled()); }

TEST(TaskGroupDeathTest, ending_unjoined_stops_the_process_with_a_message) {
  Loop loop(Loop::Backend::automatic, 0, Time::simulated);
  std::vector<int> ends;
  const auto misuse = [&] {
    TaskGroup group;
    group.spawn(notes_end(1h, ends));
  };
  EXPECT_DEATH(misuse(), "1 tasks alive; its owner must join");
}

// ---------------------------------------------------------------- events

Task<> waits(Event& event, std::string& order, char name) {
  const IoResult woken = co_await event.wait();
  order += woken.ok() ? name : '-';
}
Task<> events() {
  Event event;
  event.set();
  event.set();
  EXPECT_TRUE((co_await event.wait()).ok());
  Context& context = *co_await this_context();
  {
    const Deadline limit(context, 1s);
    EXPECT_EQ((co_await event.wait()).error(), ETIMEDOUT) << "two sets are one";
  }
  std::string order;
  TaskGroup group;
  group.spawn(waits(event, order, 'a'));
  group.spawn(waits(event, order, 'b'));
  group.spawn(waits(event, order, 'c'));
  event.set();
  event.set();
  EXPECT_EQ(order, "") << "set() wakes in the next round, never inside itself";
  EXPECT_TRUE((co_await sleep(0s)).ok());
  EXPECT_EQ(order, "ab");
  group.cancel(ECANCELED);
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_EQ(order, "ab-");
}
TEST(Event, wakes_one_waiter_a_set_in_order_and_is_remembered_once) { run(events()); }

Task<> ping(Event& mine, Event& other, int times) {
  for (int i = 0; i < times; ++i) {
    EXPECT_TRUE((co_await mine.wait()).ok());
    other.set();
  }
}
Task<> ping_pong() {
  Event a, b;
  TaskGroup group;
  group.spawn(ping(a, b, 100'000));
  group.spawn(ping(b, a, 100'000));
  a.set();
  EXPECT_EQ(co_await group.join(), nullptr);
}
TEST(Event, two_coroutines_may_wake_each_other_for_ever) { run(ping_pong()); }

// ---------------------------------------------------------------- gates

Task<> passes(Gate& gate, Millis inside, std::string& order, char name) {
  const IoResult admitted = co_await gate.acquire();
  if (!admitted.ok()) {
    order += admitted.error() == EAGAIN ? '!' : '-';
    co_return;
  }
  const Permit permit(gate);
  order += name;
  (void)co_await sleep(inside);
}
Task<> gate_order() {
  Gate gate(2, 3);
  std::string order;
  TaskGroup group;
  for (const char name : {'a', 'b', 'c', 'd', 'e', 'f'}) group.spawn(passes(gate, 1s, order, name));
  EXPECT_EQ(order, "ab!") << "two inside, three wait, the sixth is refused at once";
  EXPECT_EQ(gate.in_use(), 2u);
  EXPECT_EQ(gate.waiting(), 3u);
  EXPECT_FALSE(gate.try_acquire());
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_EQ(order, "ab!cde");
  EXPECT_EQ(gate.in_use(), 0u);
}
TEST(Gate, admits_in_order_of_arrival_and_refuses_when_the_queue_is_full) { run(gate_order()); }

Task<> gives_up(Gate& gate, Millis patience, std::string& order, char name) {
  Context& context = *co_await this_context();
  const Deadline limit(context, patience);
  co_await passes(gate, 10s, order, name);
}
Task<> gate_deadlines() {
  Gate gate(1, 8);
  std::string order;
  TaskGroup group;
  group.spawn(passes(gate, 5s, order, 'a'));
  group.spawn(gives_up(gate, 1s, order, 'b'));
  group.spawn(passes(gate, 1s, order, 'c'));
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_EQ(order, "a-c") << "who gives up holds no place and keeps nobody waiting";
  EXPECT_EQ(gate.in_use(), 0u);
}
TEST(Gate, a_waiter_whose_deadline_passes_leaves_the_queue) { run(gate_deadlines()); }

Task<> gate_resize() {
  Gate gate(1, 8);
  std::string order;
  TaskGroup group;
  for (const char name : {'a', 'b', 'c'}) group.spawn(passes(gate, 1s, order, name));
  EXPECT_EQ(order, "a");
  gate.resize(3, 8);
  EXPECT_TRUE((co_await sleep(0s)).ok());
  EXPECT_EQ(order, "abc");
  gate.resize(1, 0);
  group.spawn(passes(gate, 1s, order, 'd'));
  EXPECT_EQ(order, "abc!");
  EXPECT_EQ(co_await group.join(), nullptr);
}
TEST(Gate, can_be_resized_while_in_use) { run(gate_resize()); }

}  // namespace
}  // namespace arint::runtime
