// SPDX-License-Identifier: GPL-3.0-or-later
// Who stands by is let go, in whatever order things happen.
#include "delivery/worker.hpp"

#include <gtest/gtest.h>

#include "outgoing/lane.hpp"
#include "store/sqlite/testing/harness.hpp"
#include "store/sqlite/testing/power_cut.hpp"

namespace arint::delivery {
namespace {

using store::testing::Box;
using store::testing::Letter;

// No version fits any more: each message that is run is asked for, and held.
struct NoPlans : Plans {
  runtime::Task<Result<Plan>> plan(Digest, std::string_view, std::string_view) override {
    ++asked;
    came.set();
    co_return Error{Fault::rejected, "it does not fit"};
  }
  int asked = 0;
  runtime::Event came{};
};

store::Options quick() {
  store::Options options;
  options.disk = std::make_shared<store::testing::NoSync>();
  return options;
}

// A message that stands by at `place`, as a run leaves it.
runtime::Task<bool> stand_by(Box& box, const Letter& letter, std::string place) {
  store::Write accept;
  accept.add(box.acceptance(letter));
  const Result<store::Outcome> accepted = co_await box->commit(accept);
  if (!accepted || !accepted->claim) co_return false;
  store::Leave leave;
  leave.claim = *accepted->claim;
  leave.to = store::State::waiting;
  leave.place = place;
  store::Write left;
  left.add(store::ClosePlace{place, 1, 0, 0, ""}).add(leave);
  const Result<store::Outcome> done = co_await box->commit(left);
  co_return done.ok();
}

// Everything that could let it go has looked before it stands by, and nothing is due: only that it says so itself can wake anybody.
runtime::Task<> the_last_call_has_ended(Box& box, bool& let_go) {
  NoPlans plans;
  message::Core core;
  Delivery delivery(box.store(), 1);
  Worker worker(delivery, plans, core);
  worker.open();
  const std::string place = outgoing::place_of("erp");
  // By then the worker has looked and counted nobody; when it has not, the test is only easier.
  (void)co_await runtime::sleep(Millis(30));
  const Letter letter("x");
  const bool stands = co_await stand_by(box, letter, place);
  EXPECT_TRUE(stands);
  delivery.stands_by(place, 0);
  {
    runtime::Deadline limit(*co_await runtime::this_context(), Millis(5'000));
    const runtime::IoResult came = co_await plans.came.wait();
    let_go = came.ok();
  }
  co_await worker.close(Millis(1'000));
  EXPECT_EQ(plans.asked, let_go ? 1 : 0);
}
TEST(StandBy, a_message_that_stands_by_when_all_others_have_gone_is_let_go) {
  Box box(quick());
  bool let_go = false;
  runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
  loop.run(the_last_call_has_ended(box, let_go));
  EXPECT_TRUE(let_go) << "it stood by until something else was due";
}

// What a node finds when it starts.
runtime::Task<> from_before(Box& box, bool& let_go) {
  NoPlans plans;
  message::Core core;
  Delivery delivery(box.store(), 1);
  Worker worker(delivery, plans, core);
  worker.open();
  {
    runtime::Deadline limit(*co_await runtime::this_context(), Millis(5'000));
    const runtime::IoResult came = co_await plans.came.wait();
    let_go = came.ok();
  }
  // With nobody left the counting ends.
  for (int i = 0; i < 300 && delivery.anybody_stands_by(); ++i) (void)co_await runtime::sleep(Millis(20));
  EXPECT_FALSE(delivery.anybody_stands_by()) << "nobody stands by, and it is counted again and again";
  co_await worker.close(Millis(1'000));
}
runtime::Task<> leave_one(Box& box) {
  const Letter letter("x");
  const bool stands = co_await stand_by(box, letter, outgoing::place_of("erp"));
  EXPECT_TRUE(stands);
}
TEST(StandBy, those_of_a_life_before_are_found_and_the_counting_ends) {
  Box box(quick());
  {
    runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
    loop.run(leave_one(box));
  }
  bool let_go = false;
  runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
  loop.run(from_before(box, let_go));
  EXPECT_TRUE(let_go);
}

}  // namespace
}  // namespace arint::delivery
