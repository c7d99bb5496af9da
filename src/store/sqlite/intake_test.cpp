// SPDX-License-Identifier: GPL-3.0-or-later
// The journal in front of the tables: what is told when, what a crash leaves, and how it comes into the tables.
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "store/sqlite/intake/intake.hpp"
#include "store/sqlite/testing/harness.hpp"
#include "store/sqlite/testing/power_cut.hpp"

namespace arint::store {
namespace {

namespace fs = std::filesystem;
using testing::Box;
using testing::Folder;
using testing::Letter;
using testing::NoSync;

// Nothing is entered in the tables by itself.
Options slow(std::shared_ptr<Disk> disk = std::make_shared<NoSync>()) {
  Options options;
  options.disk = std::move(disk);
  options.leisure = std::chrono::hours(1);
  return options;
}

Accept acceptance(const Letter& letter) {
  Accept accept;
  accept.message = &letter.message;
  accept.body = letter.body;
  accept.head = "head";
  accept.body_digest = sha256(letter.body);
  return accept;
}

TEST(Entry, is_read_as_it_was_written_and_not_when_a_byte_of_it_is_another) {
  const Letter letter(std::string(300, 'b'));
  Accept accept = acceptance(letter);
  accept.version = sha256("v");
  accept.priority = 3, accept.expires_ms = 77;
  std::string bytes;
  write_entry(entry_of(accept, 12, 34), 5, 6, bytes);
  EXPECT_EQ(bytes.size() % 8, 0u);
  EXPECT_LE(bytes.size(), room_of(accept));
  const std::string more = bytes + std::string(64, '\0');
  const auto read = read_entry(more, 5);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->serial, 6);
  EXPECT_EQ(read->size, bytes.size());
  const Entry& entry = read->entry;
  EXPECT_EQ(entry.number, 12);
  EXPECT_EQ(entry.lease, 34);
  EXPECT_EQ(entry.priority, 3);
  EXPECT_EQ(entry.expires_ms, 77);
  EXPECT_EQ(entry.id, letter.message.id);
  EXPECT_EQ(entry.version, accept.version);
  EXPECT_EQ(entry.channel, "orders");
  EXPECT_EQ(entry.head, "head");
  EXPECT_EQ(entry.body, letter.body);
  EXPECT_FALSE(read_entry(bytes, 4)) << "of another life of the file";
  EXPECT_FALSE(read_entry(std::string(64, '\0'), 0));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string torn = bytes;
    torn[at] = static_cast<char>(torn[at] ^ 1);
    EXPECT_FALSE(read_entry(torn, 5)) << at;
    EXPECT_FALSE(read_entry(bytes.substr(0, at), 5)) << at;
  }
}

// Holds syncs of the journal back, and lets them fail.
class Brake : public Disk {
 public:
  int sync(const std::string& path) override {
    if (path.find("journal") == std::string::npos) return pretend;
    std::unique_lock lock(mutex_);
    ++syncing_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    return fails_.exchange(0) ? EIO : pretend;
  }
  int sync_folder(const std::string&) override { return pretend; }
  void hold(bool yes) {
    const std::lock_guard lock(mutex_);
    held_ = yes, syncing_ = 0;
    changed_.notify_all();
  }
  void wait_until_syncing() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return syncing_ > 0; });
  }
  std::atomic<int> fails_{0};

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  int syncing_ = 0;
};

TEST(Intake, nobody_is_told_before_the_journal_is_synced) {
  const auto brake = std::make_shared<Brake>();
  Box box(slow(brake));
  const Letter letter("x");
  std::atomic<bool> told = false;
  brake->hold(true);
  std::thread caller([&] {
    EXPECT_TRUE(box.commit_one(box.acceptance(letter)));
    told = true;
  });
  brake->wait_until_syncing();
  EXPECT_FALSE(told);
  EXPECT_EQ(box->backlog("orders"), 0);
  brake->hold(false);
  caller.join();
  EXPECT_EQ(box->backlog("orders"), 1);
  EXPECT_EQ(box->status().journaled, 1u);
}

TEST(Intake, what_reads_see_is_all_that_was_told) {
  Box box(slow());
  const Letter first("first"), second("second");
  const Claim claim = box.accept_claimed(first);
  EXPECT_EQ(box.get(box->load(claim.number, 1)).value()->body, "first");
  (void)box.accept(second);
  EXPECT_TRUE(box.get(box->find(second.message.id)).value());
  EXPECT_EQ(box.get(box->list({})).value().messages.size(), 2u);
}

TEST(Intake, a_run_that_ends_before_its_message_is_in_the_tables_is_entered_as_it_ends) {
  Box box(slow());
  const Letter letter("x");
  const Claim claim = box.accept_claimed(letter);
  Leave leave;
  leave.claim = claim, leave.at_ms = Box::now + 5, leave.keep_until_ms = Box::now + 1000;
  Write end;
  end.add(Record{claim, "", RecordKind::answer, "", 1, "answer"}).add(leave);
  ASSERT_TRUE(box.commit(end));
  const Details details = box.get(box->show(claim.number)).value();
  EXPECT_EQ(details.summary.state, State::done);
  EXPECT_EQ(details.summary.changed_ms, Box::now + 5);
  ASSERT_EQ(details.records.size(), 1u);
  EXPECT_EQ(details.records[0].content, "answer");
  EXPECT_EQ(box->backlog("orders"), 0);
  EXPECT_EQ(box->status().unresolved, 0);
  EXPECT_FALSE(box.commit(end)) << "its claim is over";
  EXPECT_EQ(box.get(box->check()).value(), std::vector<std::string>());
}

TEST(Intake, an_end_that_is_refused_leaves_the_message_as_it_was) {
  Box box(slow());
  const Letter letter("x");
  const Claim claim = box.accept_claimed(letter);
  Leave leave;
  leave.claim = claim;
  const std::string step(5000, 's');
  Write end;
  end.add(Record{claim, step, RecordKind::result, "", 1, "y"}).add(leave);
  EXPECT_FALSE(box.commit(end));
  EXPECT_EQ(box.state_of(claim.number), State::running);
  EXPECT_TRUE(box.commit_one(leave));
  EXPECT_EQ(box.state_of(claim.number), State::done);
}

// What a machine would find that went down now.
std::optional<Error> open_copy(Box& box, Folder& to, std::unique_ptr<Store>& store, std::function<void(const fs::path&)> change = {}) {
  fs::copy(box.folder() / "data", to.path() / "data", fs::copy_options::recursive);
  if (change) change(to.path() / "data");
  Options options = box.options();
  options.folder = to.path() / "data";
  Result<std::unique_ptr<Store>> opened = open_sqlite(options);
  if (!opened) return opened.error();
  store = std::move(*opened);
  return std::nullopt;
}

TEST(Intake, what_a_crash_kept_from_the_tables_is_entered_when_the_store_opens) {
  Box box(slow());
  std::vector<std::unique_ptr<Letter>> letters;
  for (int i = 0; i < 20; ++i) {
    letters.push_back(std::make_unique<Letter>("body " + std::to_string(i)));
    if (i == 10) (void)box.get(box->list({}));  // the first ten come into the tables
    (void)box.accept(*letters.back());
  }
  Folder copy;
  std::unique_ptr<Store> store;
  ASSERT_FALSE(open_copy(box, copy, store));
  EXPECT_EQ(store->status().unresolved, 20);
  for (const auto& letter : letters) {
    const auto found = box.get(store->find(letter->message.id)).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state, State::waiting) << "nobody runs it any more";
    EXPECT_EQ(box.get(store->load(found->number, 1)).value()->body, letter->body);
  }
  EXPECT_EQ(box.get(store->check()).value(), std::vector<std::string>());
  store.reset();
  Options options = box.options();
  options.folder = copy.path() / "data";
  EXPECT_EQ(open_sqlite(options).value()->status().unresolved, 20) << "and once only";
}

TEST(Intake, a_torn_end_of_the_journal_costs_only_what_was_torn) {
  Box box(slow());
  std::vector<Id> ids;
  for (int i = 0; i < 5; ++i) {
    const Letter letter("body " + std::to_string(i));
    (void)box.accept(letter);
    ids.push_back(letter.message.id);
  }
  Folder copy;
  std::unique_ptr<Store> store;
  ASSERT_FALSE(open_copy(box, copy, store, [&](const fs::path& data) {
    std::fstream journal(data / Intake::names[0], std::ios::in | std::ios::out | std::ios::binary);
    std::string bytes(1 << 16, '\0');
    journal.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    const std::size_t last = bytes.find("body 4");
    ASSERT_NE(last, std::string::npos);
    journal.seekp(static_cast<std::streamoff>(last));
    journal << "torn";
  }));
  EXPECT_EQ(store->status().unresolved, 4);
  EXPECT_FALSE(box.get(store->find(ids[4])).value());
  const Letter next("next");
  Accept accept;
  accept.message = &next.message, accept.body = next.body, accept.version = box.version;
  Write write;
  write.add(std::move(accept));
  EXPECT_TRUE(store->commit_blocking(write));
}

TEST(Intake, files_are_written_again_when_the_tables_hold_what_is_in_them) {
  Options options;
  options.disk = std::make_shared<NoSync>();
  options.journal = Size{16 << 10};
  Box box(options);
  std::vector<Id> ids;
  for (int i = 0; i < 300; ++i) {
    const Letter letter(std::string(200, 'x'));
    ASSERT_TRUE(box.commit_one(box.acceptance(letter)));
    ids.push_back(letter.message.id);
  }
  EXPECT_EQ(box->status().journaled, 300u) << "some 150 KiB in two files of 16 KiB";
  Folder copy;
  std::unique_ptr<Store> store;
  ASSERT_FALSE(open_copy(box, copy, store));
  for (const Id& id : ids) EXPECT_TRUE(box.get(store->find(id)).value());
  EXPECT_EQ(store->status().unresolved, 300);
  EXPECT_EQ(fs::file_size(box.folder() / "data" / Intake::names[0]), 16u << 10);
}

TEST(Intake, a_sync_that_fails_once_ends_the_store_until_it_is_opened_again) {
  const auto brake = std::make_shared<Brake>();
  Box box(slow(brake));
  const Letter kept("kept"), unknown("unknown"), refused("refused");
  (void)box.accept(kept);
  brake->fails_ = 1;
  const Result<Outcome> failed = box.commit_one(box.acceptance(unknown));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().fault, Fault::unreachable);
  const Result<Outcome> next = box.commit_one(box.acceptance(refused));
  ASSERT_FALSE(next) << "the next sync would succeed and say nothing about what the first one lost";
  EXPECT_NE(next.error().sentence.find("until the node is restarted"), std::string::npos) << next.error().sentence;
  EXPECT_FALSE(box->status().accepting);
  ASSERT_FALSE(box.reopen());
  EXPECT_TRUE(box.get(box->find(kept.message.id)).value());
  EXPECT_FALSE(box.get(box->find(refused.message.id)).value());
  const Letter after("after");
  EXPECT_TRUE(box.commit_one(box.acceptance(after)));
}

TEST(Intake, what_needs_the_tables_to_be_decided_goes_there) {
  Box box(slow());
  const Letter first("same"), again("same"), ordered("o");
  Accept accept = box.acceptance(first);
  accept.key = KeyUse{key_of("orders", "shop", "k"), Box::now + 1000};
  ASSERT_TRUE(box.commit_one(accept));
  accept = box.acceptance(again), accept.key = KeyUse{key_of("orders", "shop", "k"), Box::now + 1000};
  EXPECT_TRUE(box.commit_one(accept).value().key);
  accept = box.acceptance(ordered), accept.order = "line";
  ASSERT_TRUE(box.commit_one(accept));
  EXPECT_EQ(box->status().journaled, 0u);
}

TEST(Leisure, waits_for_others_and_is_not_synced) {
  Options options = slow(std::make_shared<Disk>());
  Box box(options);
  const Letter first("1"), second("2");
  const Claim one = box.accept_claimed(first), two = box.accept_claimed(second);
  Leave leave;
  leave.claim = one;
  Write end;
  end.add(leave);
  end.at_leisure();
  const std::uint64_t syncs = box->status().syncs, commits = box->status().commits;
  std::atomic<bool> told = false;
  std::thread caller([&] {
    EXPECT_TRUE(box.commit(std::move(end)));
    told = true;
  });
  while (!box->status().queued) std::this_thread::yield();
  EXPECT_FALSE(told);
  EXPECT_EQ(box.state_of(one.number), State::done) << "a read has it committed";
  caller.join();
  EXPECT_EQ(box->status().commits, commits + 1);
  EXPECT_EQ(box->status().syncs, syncs);
  leave.claim = two;
  EXPECT_TRUE(box.commit_one(leave));
  EXPECT_EQ(box->status().syncs, syncs + 1);
}

}  // namespace
}  // namespace arint::store
