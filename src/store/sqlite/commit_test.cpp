// SPDX-License-Identifier: GPL-3.0-or-later
// Group commit: who is told when, in which order, and what a failing disk means.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "store/sqlite/testing/harness.hpp"

namespace arint::store {
namespace {

using testing::Box;
using testing::Letter;
constexpr std::int64_t now = Box::now;

bool is_log(const std::string& path) { return path.ends_with("-wal"); }

// Lets the test decide when a sync of the log returns, and with what; and whether there is room.
class Brake : public Disk {
 public:
  int sync(const std::string& path) override {
    std::unique_lock lock(mutex_);
    if (!is_log(path)) return proceed;
    ++syncing_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    return std::exchange(fails_, proceed);
  }
  int write(const std::string&, std::string_view, std::int64_t) override { return full_ ? ENOSPC : proceed; }
  void hold() { set([this] { held_ = true, syncing_ = 0; }); }
  void release() { set([this] { held_ = false; }); }
  void fail_once() { set([this] { fails_ = EIO; }); }
  void wait_until_syncing() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return syncing_ > 0; });
  }
  std::atomic<bool> full_{false};

 private:
  template <class F>
  void set(F change) {
    const std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  int syncing_ = 0, fails_ = proceed;
};

struct Braked {
  Braked() : brake(std::make_shared<Brake>()), box(options()) {}
  Options options() const {
    Options options;
    options.disk = brake;
    options.journal = Size{0};  // it has tests of its own
    return options;
  }
  std::shared_ptr<Brake> brake;
  Box box;
};

runtime::Task<> commit_one(Box& box, const Letter& letter, std::vector<Number>& order) {
  Write write;
  write.add(box.acceptance(letter));
  const Result<Outcome> outcome = co_await box->commit(write);
  EXPECT_TRUE(outcome.ok());
  if (outcome) order.push_back(outcome->number);
}

runtime::Task<> commit_together(Braked& braked, std::vector<std::unique_ptr<Letter>>& letters, std::vector<Number>& order) {
  runtime::TaskGroup group;
  braked.brake->hold();
  group.spawn(commit_one(braked.box, *letters[0], order));
  braked.brake->wait_until_syncing();
  const std::uint64_t commits = braked.box->status().commits;
  for (std::size_t i = 1; i < letters.size(); ++i) group.spawn(commit_one(braked.box, *letters[i], order));
  (void)co_await runtime::sleep(Millis(30));
  EXPECT_TRUE(order.empty()) << "nobody is told before the sync has returned";
  EXPECT_EQ(braked.box->status().queued, letters.size() - 1);
  braked.brake->release();
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_EQ(braked.box->status().commits, commits + 2) << "one that was under way, and one for all that came meanwhile";
  EXPECT_EQ(braked.box->status().batch_most, letters.size() - 1);
}

TEST(Commit, what_arrives_during_a_commit_goes_into_the_next_one_in_order) {
  Braked braked;
  std::vector<std::unique_ptr<Letter>> letters;
  for (int i = 0; i < 11; ++i) letters.push_back(std::make_unique<Letter>("x"));
  std::vector<Number> order;
  const std::uint64_t syncs = braked.box->status().syncs;
  runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
  loop.run(commit_together(braked, letters, order));
  std::vector<Number> expected;
  for (Number i = 1; i <= 11; ++i) expected.push_back(i);
  EXPECT_EQ(order, expected);
  EXPECT_EQ(braked.box->status().syncs, syncs + 2) << "one sync a commit";
}

runtime::Task<> cut_commit(Braked& braked, const Letter& letter, bool& done) {
  runtime::Context& context = *co_await runtime::this_context();
  const runtime::Deadline limit(context, Millis(1));
  Write write;
  write.add(braked.box.acceptance(letter));
  const Result<Outcome> outcome = co_await braked.box->commit(write);
  EXPECT_TRUE(outcome.ok()) << "it is on the disk, so it says so, late as it is";
  done = true;
}
runtime::Task<> cut_commits(Braked& braked, const Letter& letter) {
  bool done = false;
  runtime::TaskGroup group;
  braked.brake->hold();
  group.spawn(cut_commit(braked, letter, done));
  braked.brake->wait_until_syncing();
  (void)co_await runtime::sleep(Millis(40));
  group.cancel(ECANCELED);
  (void)co_await runtime::sleep(Millis(1));
  EXPECT_FALSE(done);
  braked.brake->release();
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_TRUE(done);
}
TEST(Commit, a_cut_context_waits_for_the_true_outcome) {
  Braked braked;
  const Letter letter("x");
  runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
  loop.run(cut_commits(braked, letter));
}

TEST(Commit, several_loops_commit_and_read_at_once) {
  Box box;
  std::vector<std::thread> threads;
  std::atomic<int> done = 0;
  const auto one = [](Box* the_box, std::atomic<int>* count) -> runtime::Task<> {
    for (int i = 0; i < 20; ++i) {
      const Letter letter("body " + std::to_string(i));
      Write write;
      write.add(the_box->acceptance(letter));
      const Result<Outcome> outcome = co_await (*the_box)->commit(write);
      if (!outcome) continue;
      const auto loaded = co_await (*the_box)->load(outcome->number, 1);
      if (loaded.ok() && (*loaded)->body == letter.body) ++*count;
    }
  };
  const auto several = [](Box* the_box, std::atomic<int>* count, auto each) -> runtime::Task<> {
    runtime::TaskGroup group;
    for (int i = 0; i < 4; ++i) group.spawn(each(the_box, count));
    EXPECT_EQ(co_await group.join(), nullptr);
  };
  for (unsigned core = 1; core <= 3; ++core)
    threads.emplace_back([&, core] {
      runtime::Loop loop(runtime::Loop::Backend::automatic, core);
      loop.run(several(&box, &done, one));
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 3 * 4 * 20);
  EXPECT_EQ(box->status().unresolved, 3 * 4 * 20);
}

TEST(Commit, a_sync_that_fails_once_ends_the_store_until_it_is_opened_again) {
  Braked braked;
  Box& box = braked.box;
  const Letter kept("kept"), unknown("unknown"), refused("refused"), after("after");
  const Number number = box.accept(kept).number;
  braked.brake->fail_once();
  const Result<Outcome> failed = box.commit_one(box.acceptance(unknown));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().fault, Fault::unreachable);
  EXPECT_NE(failed.error().sentence.find("until the node is restarted"), std::string::npos) << failed.error().sentence;
  const Result<Outcome> next = box.commit_one(box.acceptance(refused));
  ASSERT_FALSE(next) << "the next sync would succeed and say nothing about what the first one lost";
  EXPECT_FALSE(box->status().accepting);
  EXPECT_EQ(box->status().problem, next.error().sentence);
  EXPECT_EQ(box.get(box->load(number, 1)).value()->body, "kept") << "reading goes on";
  ASSERT_FALSE(box.reopen());
  EXPECT_TRUE(box->status().accepting);
  EXPECT_EQ(box.get(box->load(number, 1)).value()->body, "kept");
  EXPECT_FALSE(box.get(box->find(refused.message.id)).value());
  EXPECT_TRUE(box.commit_one(box.acceptance(after)));
}

TEST(Commit, a_body_that_cannot_be_synced_is_refused_and_ends_the_store_too) {
  Options options;
  options.inline_limit = Size{100};
  struct Sick : Disk {
    int sync(const std::string& path) override { return path.find("/bodies/") != std::string::npos ? EIO : proceed; }
  };
  options.disk = std::make_shared<Sick>();
  Box box(options);
  const Letter large(std::string(5000, 'x')), small("x");
  const Result<Outcome> failed = box.commit_one(box.acceptance(large));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().fault, Fault::unreachable);
  EXPECT_FALSE(box.commit_one(box.acceptance(small)));
  EXPECT_FALSE(box->status().accepting);
}

TEST(Commit, a_full_disk_refuses_and_goes_on_when_there_is_room) {
  Braked braked;
  Box& box = braked.box;
  const Letter first("first"), second("second"), third("third");
  const Claim claim = box.accept_claimed(first);
  braked.brake->full_ = true;
  const Result<Outcome> refused = box.commit_one(box.acceptance(second));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::busy);
  EXPECT_GT(refused.error().retry_after.count(), 0);
  EXPECT_NE(refused.error().sentence.find("disk is full"), std::string::npos) << refused.error().sentence;
  EXPECT_TRUE(box->status().accepting) << "nothing is broken";
  EXPECT_FALSE(box.get(box->find(second.message.id)).value());
  braked.brake->full_ = false;
  Leave leave;
  leave.claim = claim;
  EXPECT_TRUE(box.commit_one(leave));
  EXPECT_TRUE(box.commit_one(box.acceptance(third)));
  EXPECT_EQ(box->backlog("orders"), 1);
}

TEST(Commit, with_little_room_left_nothing_is_accepted_and_work_still_ends) {
  Box box;
  const Letter first("first"), second("second");
  const Claim claim = box.accept_claimed(first);
  box.options().min_free = Size{std::uint64_t{1} << 60};
  ASSERT_FALSE(box.reopen());
  const Result<Outcome> refused = box.commit_one(box.acceptance(second));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::busy);
  EXPECT_NE(box->status().problem.find("make room"), std::string::npos);
  const Outcome taken = box.commit_one(Take{now * 2, 1}).value();
  ASSERT_EQ(taken.claimed.size(), 1u);
  Leave leave;
  leave.claim = taken.claimed[0].claim;
  EXPECT_TRUE(box.commit_one(leave));
  EXPECT_EQ(box.state_of(claim.number), State::done);
}

TEST(Commit, the_log_stays_small_while_messages_pour_in_and_somebody_reads) {
  Options options;
  options.wal_reset = Size{256 << 10};
  options.wal_limit = Size{1 << 20};
  Box box(options);
  std::atomic<bool> over = false;
  std::thread reads([&] {
    while (!over) (void)box.get(box->list({.text = "nowhere"}));
  });
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i)
    writers.emplace_back([&] {
      for (int count = 0; count < 60; ++count) {
        const Letter letter(std::string(20'000, 'x'));
        EXPECT_TRUE(box.commit_one(box.acceptance(letter)));
      }
    });
  for (std::thread& writer : writers) writer.join();
  over = true;
  reads.join();
  const Status status = box->status();
  EXPECT_GT(status.checkpoints, 2u);
  EXPECT_LT(status.wal_most_bytes, 2u << 20) << "240 messages are 4.8 MB";
}

}  // namespace
}  // namespace arint::store
