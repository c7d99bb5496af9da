// SPDX-License-Identifier: GPL-3.0-or-later
// What a store keeps beside messages: keys of callers, events and places, schedules, versions, the log's anchor; and what it removes.
#include <gtest/gtest.h>

#include "store/anchor.hpp"
#include "store/metrics.hpp"
#include "store/sqlite/testing/harness.hpp"

namespace arint::store {
namespace {

using testing::Box;
using testing::Letter;
constexpr std::int64_t now = Box::now;

TEST(Keys, a_durable_channel_accepts_a_key_once) {
  Box box;
  const Letter first("body"), again("body"), other("another body");
  const KeyUse use{key_of("orders", "shop", "k-1"), now + 1000};
  Accept accept = box.acceptance(first);
  accept.key = use;
  const Number number = box.commit_one(accept).value().number;
  accept = box.acceptance(again), accept.key = use;
  Outcome outcome = box.commit_one(accept).value();
  ASSERT_TRUE(outcome.key);
  EXPECT_EQ(outcome.key->as, KeyFound::As::accepted);
  EXPECT_EQ(outcome.key->number, number);
  EXPECT_EQ(outcome.key->id, first.message.id);
  EXPECT_EQ(outcome.number, 0);
  accept = box.acceptance(other), accept.key = use;
  EXPECT_EQ(box.commit_one(accept).value().key->as, KeyFound::As::other_body);
  EXPECT_EQ(box->backlog("orders"), 1);
  Letter late("another body");
  late.message.received_ms = now + 1000;
  accept = box.acceptance(late), accept.key = KeyUse{use.key, now + 2000};
  EXPECT_FALSE(box.commit_one(accept).value().key) << "its time is over";
  EXPECT_NE(key_of("a", "bc", "d"), key_of("ab", "c", "d"));
}

TEST(Keys, a_synchronous_channel_claims_answers_and_a_crash_leaves_the_claim) {
  Box box;
  const Digest key = key_of("pay", "shop", "k"), body = sha256("b");
  EXPECT_FALSE(box.commit_one(ClaimKey{key, body, now, now + 1000}).value().key);
  ASSERT_FALSE(box.reopen());
  EXPECT_EQ(box.commit_one(ClaimKey{key, body, now + 1, now + 1000}).value().key->as, KeyFound::As::claimed);
  EXPECT_EQ(box.commit_one(ClaimKey{key, sha256("c"), now + 1, now + 1000}).value().key->as, KeyFound::As::other_body);
  ASSERT_TRUE(box.commit_one(AnswerKey{key, "201 made", now + 5000}));
  EXPECT_EQ(box.commit_one(ClaimKey{key, body, now + 2000, now + 3000}).value().key->as, KeyFound::As::answered);
  EXPECT_EQ(box.get(box->answer_of(key)).value(), "201 made");
  EXPECT_FALSE(box.commit_one(AnswerKey{key, "twice", now})) << "it is answered";
  EXPECT_EQ(box.commit_one(FreeKey{key}).value().changed, 0) << "what was answered stays";
  const Digest other = key_of("pay", "shop", "l");
  ASSERT_TRUE(box.commit_one(ClaimKey{other, body, now, now + 1000}));
  EXPECT_EQ(box.commit_one(FreeKey{other}).value().changed, 1);
  EXPECT_FALSE(box.commit_one(ClaimKey{other, body, now, now + 1000}).value().key);
}

Leave wait_at(const Claim& claim, std::string_view place, std::int64_t due) {
  Leave leave;
  leave.claim = claim, leave.to = State::waiting, leave.at_ms = now, leave.place = place, leave.due_ms = due;
  return leave;
}

TEST(Events, one_that_comes_before_its_wait_is_kept_and_one_after_it_wakes) {
  Box box;
  const Letter a("a"), b("b"), c("c");
  const std::string early = event_place("approval", "7"), late = event_place("approval", "8"), never = event_place("approval", "9");
  ASSERT_TRUE(box.commit_one(Event{early, now, 0, "yes"}));
  const Claim first = box.accept_claimed(a), second = box.accept_claimed(b), third = box.accept_claimed(c);
  ASSERT_TRUE(box.commit_one(wait_at(first, early, now + 1000)));
  ASSERT_TRUE(box.commit_one(wait_at(second, late, now + 1000)));
  ASSERT_TRUE(box.commit_one(wait_at(third, never, now + 1000)));
  Outcome taken = box.commit_one(Take{now, 10}).value();
  ASSERT_EQ(taken.claimed.size(), 1u);
  EXPECT_EQ(taken.claimed[0].claim.number, first.number);
  const EventRead event = box.get(box->event(early)).value().value();
  EXPECT_EQ(event.content, "yes");
  Write write;
  write.add(Record{taken.claimed[0].claim, "1/wait_for", RecordKind::result, {}, now, event.content}).add(TakeEvent{early, event.serial});
  ASSERT_TRUE(box.commit(write));
  EXPECT_FALSE(box.get(box->event(early)).value());
  EXPECT_EQ(box.commit_one(TakeEvent{early, event.serial}).error().fault, Fault::cancelled);
  ASSERT_TRUE(box.commit_one(Event{late, now, 0, "no"}));
  EXPECT_EQ(box.commit_one(Take{now, 10}).value().claimed.at(0).claim.number, second.number);
  EXPECT_TRUE(box.commit_one(Take{now + 999, 10}).value().claimed.empty());
  EXPECT_EQ(box.commit_one(Take{now + 1000, 10}).value().claimed.at(0).claim.number, third.number) << "its deadline";
}

TEST(Events, a_message_that_waits_for_two_of_them_is_woken_once_by_either) {
  Box box;
  const Letter a("a"), b("b");
  const std::string one = event_place("e", "1"), two = event_place("e", "2");
  const std::string_view more[] = {two};
  const Claim first = box.accept_claimed(a), second = box.accept_claimed(b);
  for (const Claim& claim : {first, second}) {
    Leave leave = wait_at(claim, one, now + 1000);
    leave.more_places = more;
    ASSERT_TRUE(box.commit_one(leave));
  }
  ASSERT_TRUE(box.commit_one(Event{two, now, 0, "x"}));
  ASSERT_EQ(box.commit_one(Take{now, 10}).value().claimed.at(0).claim.number, first.number);
  EXPECT_EQ(box.commit_one(Release{two, now, 10}).value().changed, 1) << "the first one waits there no more";
  EXPECT_EQ(box.commit_one(Take{now, 10}).value().claimed.at(0).claim.number, second.number);
  EXPECT_EQ(box.commit_one(Release{one, now, 10}).value().changed, 0);
  Leave again = wait_at(Claim{}, one, now + 1000);
  const Letter c("c");
  again.claim = box.accept_claimed(c);
  again.more_places = more;
  ASSERT_TRUE(box.commit_one(again)) << "an event is there already";
  EXPECT_EQ(box.commit_one(Take{now, 10}).value().claimed.size(), 1u);
}

TEST(Places, what_waits_at_a_closed_place_is_let_go_in_order_and_measure) {
  Box box;
  std::vector<Number> numbers;
  for (int i = 0; i < 4; ++i) {
    const Letter letter("x");
    const Claim claim = box.accept_claimed(letter);
    Leave leave = wait_at(claim, "callback/shop", 0);
    leave.to = State::retrying;
    ASSERT_TRUE(box.commit_one(leave));
    numbers.push_back(claim.number);
  }
  ASSERT_TRUE(box.commit_one(ClosePlace{"callback/shop", now, now + 60, 5, "503 five times"}));
  const auto places = box.get(box->places()).value();
  ASSERT_EQ(places.size(), 1u);
  EXPECT_EQ(places[0].waiting, 4);
  EXPECT_EQ(places[0].failures, 5);
  EXPECT_TRUE(box.commit_one(Take{now * 2, 10}).value().claimed.empty());
  EXPECT_EQ(box.commit_one(Release{"callback/shop", now, 1}).value().changed, 1);
  EXPECT_EQ(box.commit_one(Take{now, 10}).value().claimed.at(0).claim.number, numbers[0]) << "the probe";
  EXPECT_EQ(box.commit_one(OpenPlace{"callback/shop"}).value().changed, 1);
  EXPECT_EQ(box.commit_one(Release{"callback/shop", now, 100}).value().changed, 3);
}

TEST(Schedules, each_due_time_has_one_message) {
  Box box;
  const Letter a("a"), b("b"), c("c");
  const auto accept = [&](const Letter& letter, std::int64_t due) {
    Accept accept = box.acceptance(letter);
    accept.schedule = "nightly", accept.schedule_due_ms = due;
    return box.commit_one(accept).value();
  };
  EXPECT_FALSE(accept(a, now).schedule_done);
  EXPECT_TRUE(accept(b, now).schedule_done);
  EXPECT_FALSE(accept(c, now + 60'000).schedule_done);
  EXPECT_EQ(box.get(box->schedule("nightly")).value(), now + 60'000);
  EXPECT_EQ(box.get(box->schedule("never")).value(), 0);
  EXPECT_EQ(box->backlog("orders"), 2);
}

TEST(Versions, are_kept_while_a_message_refers_to_them) {
  Options options;
  options.tidy_every = Millis{1};
  Box box(options);
  Letter letter("x");
  letter.message.received_ms = 1000;
  const Claim claim = box.accept_claimed(letter);
  EXPECT_EQ(box.get(box->version(box.version)).value().files.at(0).content, "services: {}");
  Accept unknown = box.acceptance(letter);
  unknown.version = sha256("never kept");
  EXPECT_EQ(box.commit_one(unknown).error().fault, Fault::bug);
  ASSERT_TRUE(box.commit_one(UseVersions{{}, 1000}));
  const auto commits_until = [&](auto holds) {
    for (int i = 0; i < 2000 && !holds(); ++i) ASSERT_TRUE(box.commit_one(SetSchedule{"tick", i + 1}));
    EXPECT_TRUE(holds());
  };
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(box.commit_one(SetSchedule{"before", i + 1}));
  EXPECT_TRUE(box.get(box->version(box.version))) << "the message needs it";
  Leave leave;
  leave.claim = claim, leave.to = State::done, leave.at_ms = 1000, leave.keep_until_ms = 1001;
  ASSERT_TRUE(box.commit_one(leave));
  commits_until([&] { return !box.get(box->version(box.version)).ok(); });
  EXPECT_FALSE(box.get(box->find(letter.message.id)).value()) << "its retention was over";
}

TEST(Retention, removes_what_is_resolved_with_its_files_and_never_gives_a_number_twice) {
  Options options;
  options.tidy_every = Millis{1};
  options.inline_limit = Size{100};
  Box box(options);
  Letter large(std::string(5000, 'x')), kept("kept");
  large.message.received_ms = 1000;
  const Claim claim = box.accept_claimed(large);
  ASSERT_TRUE(box.commit_one(Record{claim, "1", RecordKind::result, "erp", now, large.body}));
  const auto files = [&] {
    int count = 0;
    std::error_code none;
    for (const auto& each : std::filesystem::recursive_directory_iterator(box.folder() / "data/bodies", none)) count += each.is_regular_file();
    return count;
  };
  EXPECT_EQ(files(), 2);
  EXPECT_EQ(box.get(box->load(claim.number, 1)).value()->body, large.body);
  EXPECT_EQ(box.get(box->load(claim.number, 1)).value()->records.at(0).content, large.body);
  Leave leave;
  leave.claim = claim, leave.to = State::done, leave.at_ms = 1000, leave.keep_until_ms = 1001;
  ASSERT_TRUE(box.commit_one(leave));
  for (int i = 0; i < 2000 && files(); ++i) ASSERT_TRUE(box.commit_one(SetSchedule{"tick", i + 1}));
  EXPECT_EQ(files(), 0);
  EXPECT_FALSE(box.get(box->load(claim.number, 1)));
  ASSERT_FALSE(box.reopen());
  EXPECT_GT(box.accept(kept).number, claim.number);
}

TEST(Anchors, the_newest_head_of_the_action_log_is_in_the_store) {
  Box box;
  StoreAnchor anchor(box.store());
  EXPECT_FALSE(anchor.newest().value());
  ASSERT_TRUE(anchor.keep({}, "head 1"));
  ASSERT_TRUE(anchor.keep({}, "head 2"));
  ASSERT_FALSE(box.reopen());
  StoreAnchor after(box.store());
  EXPECT_EQ(after.newest().value(), "head 2");
}

TEST(Metrics, tell_how_the_store_is) {
  Box box;
  const Letter letter("x");
  (void)box.accept(letter);
  log::Registry registry(1);
  show_metrics(registry.fixed(), box.store());
  const std::string text = registry.text();
  EXPECT_EQ(log::sample(text, "arint_store_unresolved"), 1);
  EXPECT_EQ(log::sample(text, "arint_store_accepting"), 1);
  EXPECT_GE(log::sample(text, "arint_store_commits_total").value_or(0), 2);
  EXPECT_GE(log::sample(text, "arint_store_syncs_total").value_or(0), 2);
  EXPECT_GT(log::sample(text, "arint_store_wal_bytes").value_or(0), 4096);
}

}  // namespace
}  // namespace arint::store
