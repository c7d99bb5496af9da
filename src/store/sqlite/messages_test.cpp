// SPDX-License-Identifier: GPL-3.0-or-later
// What a store does with messages: taken in, worked on, found again, shown.
#include <gtest/gtest.h>

#include "store/sqlite/testing/harness.hpp"

namespace arint::store {
namespace {

using testing::Box;
using testing::Letter;
constexpr std::int64_t now = Box::now;

Leave leave(const Claim& claim, State to) {
  Leave leave;
  leave.claim = claim, leave.to = to, leave.at_ms = now + 10;
  return leave;
}

TEST(Messages, what_was_accepted_is_loaded_whole) {
  Box box;
  const Letter letter(R"({"id":7})");
  const Outcome accepted = box.accept(letter);
  ASSERT_TRUE(accepted.claim) << "nothing is in its way: whoever accepted it may run it";
  EXPECT_EQ(box->backlog("orders"), 1);
  for (int round = 0; round < 2; ++round) {
    const auto loaded = box.get(box->load(accepted.number, 1)).value();
    EXPECT_EQ(loaded->body, letter.body);
    EXPECT_EQ(loaded->message.id, letter.message.id);
    EXPECT_EQ(loaded->message.trace.cid, letter.message.trace.cid);
    EXPECT_EQ(loaded->message.trace.parent, letter.message.trace.parent);
    EXPECT_EQ(loaded->message.channel, "orders");
    EXPECT_EQ(loaded->message.method, "POST");
    EXPECT_EQ(loaded->message.principal, "shop");
    EXPECT_EQ(message::header(loaded->message, "x-shop"), "7");
    EXPECT_EQ(loaded->message.received_ms, now);
    EXPECT_EQ(loaded->version, box.version);
    ASSERT_FALSE(box.reopen());
  }
}

TEST(Messages, a_crash_gives_back_what_was_running_and_its_claim_is_worth_nothing) {
  Box box;
  const Letter letter("x");
  const Claim old = box.accept_claimed(letter);
  ASSERT_FALSE(box.reopen());
  EXPECT_EQ(box->backlog("orders"), 1);
  Result<Outcome> late = box.commit_one(leave(old, State::done));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().fault, Fault::cancelled);
  const Outcome taken = box.commit_one(Take{now * 2, 10}).value();
  ASSERT_EQ(taken.claimed.size(), 1u);
  EXPECT_EQ(taken.claimed[0].claim.number, old.number);
  EXPECT_GT(taken.claimed[0].claim.lease, old.lease);
  EXPECT_EQ(taken.claimed[0].id, letter.message.id);
  ASSERT_TRUE(box.commit_one(leave(taken.claimed[0].claim, State::done)));
  EXPECT_EQ(box.state_of(old.number), State::done);
  EXPECT_EQ(box->backlog("orders"), 0);
}

TEST(Messages, records_are_kept_once_and_replace_only_intents) {
  Box box;
  const Letter letter("x");
  const Claim claim = box.accept_claimed(letter);
  Record record{claim, "2/send", RecordKind::intent, "erp", now, ""};
  ASSERT_TRUE(box.commit_one(record));
  record.kind = RecordKind::result, record.content = "booked";
  ASSERT_TRUE(box.commit_one(record));
  record.content = "booked again";
  Result<Outcome> twice = box.commit_one(record);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().fault, Fault::bug);
  const auto loaded = box.get(box->load(claim.number, 1)).value();
  ASSERT_EQ(loaded->records.size(), 1u);
  EXPECT_EQ(loaded->records[0].step, "2/send");
  EXPECT_EQ(loaded->records[0].content, "booked");
  EXPECT_EQ(loaded->records[0].outgoing, "erp");
}

TEST(Messages, a_write_that_is_refused_half_way_leaves_nothing_and_harms_no_other) {
  Box box;
  const Letter letter("x"), other("y");
  const Claim claim = box.accept_claimed(letter), second = box.accept_claimed(other);
  Write write;
  write.add(Record{claim, "1", RecordKind::result, "erp", now, "a"});
  write.add(Record{claim, "1", RecordKind::result, "erp", now, "b"});
  EXPECT_FALSE(box.commit(write));
  EXPECT_TRUE(box.get(box->load(claim.number, 1)).value()->records.empty());
  EXPECT_TRUE(box.commit_one(leave(second, State::done)));
  EXPECT_TRUE(box.commit_one(leave(claim, State::done)));
}

TEST(Messages, attempts_and_reasons_are_shown) {
  Box box;
  const Letter letter("x");
  const Claim claim = box.accept_claimed(letter);
  Write write;
  Attempt attempt{claim, "2/send", "erp", now, 12, Fault::rejected, 422, "no such article"};
  Leave dead = leave(claim, State::dead);
  dead.fault = Fault::rejected, dead.outgoing = "erp", dead.step = "2/send", dead.reason = "erp answered 422: no such article";
  write.add(attempt).add(dead);
  ASSERT_TRUE(box.commit(write));
  const Details details = box.get(box->show(claim.number)).value();
  EXPECT_EQ(details.summary.state, State::dead);
  EXPECT_EQ(details.summary.service, "accept-order");
  EXPECT_EQ(details.summary.attempts, 1);
  EXPECT_EQ(details.summary.fault, Fault::rejected);
  EXPECT_EQ(details.summary.reason, dead.reason);
  EXPECT_EQ(details.principal, "shop");
  ASSERT_EQ(details.attempts.size(), 1u);
  EXPECT_EQ(details.attempts[0].words, "no such article");
  EXPECT_EQ(details.attempts[0].status, 422);
  EXPECT_EQ(box->backlog("orders"), 1) << "a dead message is not resolved: a person decides";
}

TEST(Messages, work_is_claimed_when_due_by_priority_then_time) {
  Box box;
  const Letter a("a"), b("b"), c("c"), d("d");
  const auto accept = [&](const Letter& letter, int priority, std::int64_t due) {
    Accept accept = box.acceptance(letter);
    accept.priority = static_cast<std::uint8_t>(priority), accept.due_ms = due, accept.run_here = false;
    return box.commit_one(accept).value().number;
  };
  const Number first = accept(a, 5, 0), urgent = accept(b, 0, now + 5), later = accept(c, 5, now + 1000);
  const Number second = accept(d, 5, now + 1);
  Outcome taken = box.commit_one(Take{now + 10, 10}).value();
  ASSERT_EQ(taken.claimed.size(), 3u);
  EXPECT_EQ(taken.claimed[0].claim.number, urgent);
  EXPECT_EQ(taken.claimed[1].claim.number, first);
  EXPECT_EQ(taken.claimed[2].claim.number, second);
  EXPECT_EQ(taken.next_due_ms, now + 1000);
  Leave retry = leave(taken.claimed[1].claim, State::retrying);
  retry.due_ms = now + 500;
  ASSERT_TRUE(box.commit_one(retry));
  taken = box.commit_one(Take{now + 999, 10}).value();
  ASSERT_EQ(taken.claimed.size(), 1u);
  EXPECT_EQ(taken.claimed[0].claim.number, first);
  EXPECT_EQ(taken.claimed[0].from, State::retrying);
  EXPECT_EQ(box.commit_one(Take{now + 1000, 10}).value().claimed.at(0).claim.number, later);
}

TEST(Messages, order_holds_within_a_key_whatever_the_first_one_does) {
  Box box;
  const Letter a("a"), b("b"), c("c"), other("o");
  const auto accept = [&](const Letter& letter, std::string_view key) {
    Accept accept = box.acceptance(letter);
    accept.order = key;
    return box.commit_one(accept).value();
  };
  const Outcome first = accept(a, "k1"), second = accept(b, "k1"), third = accept(c, "k1"), free = accept(other, "k2");
  EXPECT_TRUE(first.claim && free.claim);
  EXPECT_FALSE(second.claim || third.claim);
  EXPECT_TRUE(box.get(box->show(second.number)).value().summary.behind);
  auto lines = box.get(box->blocked_lines(10)).value();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].order, "k1");
  EXPECT_EQ(lines[0].first, first.number);
  EXPECT_EQ(lines[0].behind, 2);
  EXPECT_TRUE(box.commit_one(Take{now * 2, 10}).value().claimed.empty());
  // Retrying, held and dead hold the key; a person who resumes one behind it does not get it past.
  Leave retry = leave(*first.claim, State::retrying);
  retry.due_ms = now + 100;
  ASSERT_TRUE(box.commit_one(retry));
  ASSERT_TRUE(box.commit_one(Resume{second.number, now}));
  Outcome taken = box.commit_one(Take{now + 200, 10}).value();
  ASSERT_EQ(taken.claimed.size(), 1u);
  ASSERT_EQ(taken.claimed[0].claim.number, first.number);
  ASSERT_TRUE(box.commit_one(leave(taken.claimed[0].claim, State::dead)));
  EXPECT_TRUE(box.commit_one(Take{now * 2, 10}).value().claimed.empty());
  ASSERT_TRUE(box.commit_one(Drop{first.number, now, 0, "wrong order"}));
  taken = box.commit_one(Take{now * 2, 10}).value();
  ASSERT_EQ(taken.claimed.size(), 1u);
  EXPECT_EQ(taken.claimed[0].claim.number, second.number);
  Leave skip = leave(taken.claimed[0].claim, State::dead);
  skip.keeps_line = false;
  ASSERT_TRUE(box.commit_one(skip));
  EXPECT_EQ(box.commit_one(Take{now * 2, 10}).value().claimed.at(0).claim.number, third.number);
}

TEST(Messages, a_person_resumes_drops_and_replays) {
  Box box;
  const Letter letter("first"), other("x");
  const Claim claim = box.accept_claimed(letter);
  EXPECT_EQ(box.commit_one(Resume{claim.number, now}).error().fault, Fault::rejected) << "it runs";
  Replay early;
  early.number = claim.number;
  EXPECT_EQ(box.commit_one(early).error().fault, Fault::rejected) << "it runs";
  ASSERT_TRUE(box.commit_one(leave(claim, State::held)));
  ASSERT_TRUE(box.commit_one(Resume{claim.number, now}));
  Claim again = box.commit_one(Take{now, 1}).value().claimed.at(0).claim;
  EXPECT_EQ(again.run, 1);
  Write steps;
  for (const char* step : {"s.1.send", "s.2.send", "s.10.send"}) steps.add(Record{again, step, RecordKind::result, "erp", 1, step});
  ASSERT_TRUE(box.commit(std::move(steps)));
  ASSERT_TRUE(box.commit_one(leave(again, State::done)));
  EXPECT_EQ(box.commit_one(Drop{claim.number, now, 0, "no"}).error().fault, Fault::rejected) << "it is done";
  Replay replay;
  replay.number = claim.number, replay.at_ms = now, replay.from_step = "s.7.send", replay.redirect = "erp=erp-b", replay.by = "ann";
  replay.body = Content("second");
  replay.content_type = "text/plain";
  const Result<Outcome> nowhere = box.commit_one(replay);
  ASSERT_FALSE(nowhere);
  EXPECT_NE(nowhere.error().sentence.find("it has: s.1.send, s.10.send, s.2.send"), std::string::npos) << nowhere.error().sentence;
  replay.from_step = "s.10.send";
  ASSERT_TRUE(box.commit_one(replay));
  again = box.commit_one(Take{now, 1}).value().claimed.at(0).claim;
  EXPECT_EQ(again.run, 2);
  const auto loaded = box.get(box->load(claim.number, 2)).value();
  EXPECT_EQ(loaded->body, "second");
  EXPECT_EQ(loaded->message.content_type, "text/plain");
  EXPECT_EQ(loaded->from_step, "s.10.send");
  ASSERT_EQ(loaded->records.size(), 2u) << "what stands before the step is kept";
  EXPECT_EQ(loaded->records[0].step, "s.1.send");
  EXPECT_EQ(loaded->records[1].content, "s.2.send");
  EXPECT_EQ(loaded->redirect, "erp=erp-b");
  EXPECT_EQ(box.get(box->load(claim.number, 1)).value()->body, "first");
  ASSERT_TRUE(box.commit_one(Drop{claim.number, now, 0, "a mistake"})) << "also while it runs";
  EXPECT_EQ(box.commit_one(leave(again, State::done)).error().fault, Fault::cancelled);
  const Details details = box.get(box->show(claim.number)).value();
  EXPECT_EQ(details.summary.state, State::dropped);
  EXPECT_EQ(details.summary.reason, "a mistake");
  ASSERT_EQ(details.runs.size(), 1u);
  EXPECT_EQ(details.runs[0].by, "ann");
  EXPECT_TRUE(details.runs[0].edited);
}

TEST(Messages, what_expires_says_so_and_lets_the_next_go_on) {
  Box box;
  const Letter a("a"), b("b");
  Accept first = box.acceptance(a), second = box.acceptance(b);
  first.order = "k", first.expires_ms = now + 100, first.run_here = false;
  second.order = "k", second.run_here = false;
  const Number gone = box.commit_one(first).value().number, next = box.commit_one(second).value().number;
  EXPECT_TRUE(box.commit_one(Expire{now + 99, 0, 10}).value().expired.empty());
  const Outcome expired = box.commit_one(Expire{now + 100, 0, 10}).value();
  ASSERT_EQ(expired.expired.size(), 1u);
  EXPECT_EQ(expired.expired[0].id, a.message.id);
  EXPECT_EQ(box.state_of(gone), State::expired);
  EXPECT_EQ(box.commit_one(Take{now + 200, 10}).value().claimed.at(0).claim.number, next);
}

// Accepted or put aside while the clock was an hour ahead.
TEST(Messages, what_waits_goes_on_waiting_as_long_when_the_clock_was_set_back) {
  constexpr std::int64_t hour = 3'600'000;
  for (const std::int64_t seen : {hour, std::int64_t{0}}) {
    Box box;
    const Letter at_once("1"), retried("2");
    Accept accept = box.acceptance(at_once);
    accept.run_here = false;
    const Number first = box.commit_one(accept).value().number;
    Leave later = leave(box.accept_claimed(retried), State::retrying);
    later.due_ms = later.at_ms + 60'000;
    ASSERT_TRUE(box.commit_one(later));
    ASSERT_TRUE(box.commit_one(ClosePlace{"crm", later.at_ms, later.at_ms + 60'000, 3, "away"}));
    const std::int64_t then = later.at_ms - hour;
    EXPECT_TRUE(box.commit_one(Take{then, 10}).value().claimed.empty());
    ASSERT_TRUE(box.commit_one(SetBack{then, seen}));
    const Outcome taken = box.commit_one(Take{then, 10}).value();
    ASSERT_EQ(taken.claimed.size(), 1u);
    EXPECT_EQ(taken.claimed[0].claim.number, first);
    EXPECT_TRUE(box.commit_one(Take{then + 59'999, 10}).value().claimed.empty());
    EXPECT_EQ(box.commit_one(Take{then + 60'000, 10}).value().claimed.size(), 1u);
    EXPECT_EQ(box.get(box->places()).value().at(0).probe_ms, then + 60'000);
  }
}

TEST(Messages, lists_are_filtered_and_paged) {
  Box box;
  std::vector<std::unique_ptr<Letter>> letters;
  for (int i = 0; i < 10; ++i) {
    letters.push_back(std::make_unique<Letter>("body number " + std::to_string(i), i % 2 ? "odd" : "even"));
    const Claim claim = box.accept_claimed(*letters.back());
    Leave end = leave(claim, i < 4 ? State::done : i < 7 ? State::dead : State::retrying);
    if (i >= 4) end.fault = Fault::unreachable, end.outgoing = i == 5 ? "erp" : "crm", end.due_ms = now + 1000;
    ASSERT_TRUE(box.commit_one(end));
  }
  const auto numbers = [&](const Query& query) {
    std::vector<Number> out;
    const Page page = box.get(box->list(query)).value();
    for (const Summary& each : page.messages) out.push_back(each.number);
    return out;
  };
  using List = std::vector<Number>;
  EXPECT_EQ(numbers({.channel = "odd"}), (List{10, 8, 6, 4, 2}));
  EXPECT_EQ(numbers({.state = State::dead}), (List{7, 6, 5}));
  EXPECT_EQ(numbers({.channel = "odd", .state = State::dead}), (List{6}));
  EXPECT_EQ(numbers({.state = State::done}), (List{4, 3, 2, 1}));
  EXPECT_EQ(numbers({.state = State::retrying}), (List{10, 9, 8}));
  EXPECT_EQ(numbers({.outgoing = "erp"}), (List{6}));
  EXPECT_EQ(numbers({.fault = Fault::unreachable}), (List{10, 9, 8, 7, 6, 5}));
  EXPECT_EQ(numbers({.text = "number 3"}), (List{4}));
  EXPECT_EQ(numbers({.service = "accept-order", .most = 3}), (List{10, 9, 8}));
  EXPECT_EQ(numbers({.before = 8, .most = 3}), (List{7, 6, 5}));
  EXPECT_EQ(numbers({.cid = letters[3]->message.trace.cid}), (List{4}));
  EXPECT_EQ(numbers({.from_ms = now + 1}), List());
  EXPECT_EQ(numbers({.to_ms = now}), List());
  EXPECT_EQ(box.get(box->find(letters[2]->message.id)).value()->number, 3);
  EXPECT_FALSE(box.get(box->find(Id::random())).value());
}

TEST(Messages, the_transitions_are_one_table) {
  EXPECT_TRUE(may_become(State::retrying, State::held));
  EXPECT_FALSE(may_become(State::held, State::expired));
  EXPECT_FALSE(may_become(State::done, State::dropped));
  for (State state : states) {
    EXPECT_EQ(state_named(word(state)), state);
    EXPECT_EQ(may_become(state, State::running), state == State::waiting || state == State::retrying);
  }
  EXPECT_FALSE(state_named("lost"));
}

}  // namespace
}  // namespace arint::store
