// SPDX-License-Identifier: GPL-3.0-or-later
// What is found when a store opens: an older or newer schema, damage, leftovers; and backups.
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "store/sqlite/file/connection.hpp"
#include "store/sqlite/testing/harness.hpp"
#include "store/sqlite/testing/power_cut.hpp"

namespace arint::store {
namespace {

namespace fs = std::filesystem;
using testing::Box;
using testing::Folder;
using testing::Letter;
using testing::NoSync;

Options quick() {
  Options options;
  options.disk = std::make_shared<NoSync>();
  return options;
}

// Behind the newest that there is.
const Migration next_schema[] = {{migrations().back().to + 1, "alter table messages add column note text; update messages set note = 'migrated'"}};
const Migration broken_schema[] = {{migrations().back().to + 1, "alter table messages add column note text; alter table nowhere add column x text"}};

std::vector<Migration> with(std::span<const Migration> more) {
  std::vector<Migration> all(migrations().begin(), migrations().end());
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

TEST(Schema, a_newer_binary_brings_the_store_along_and_an_older_one_refuses) {
  Box box(quick());
  const Letter letter("kept");
  const Number number = box.accept(letter).number;
  const std::vector<Migration> broken = with(broken_schema), next = with(next_schema);
  box.options().schema = broken;
  EXPECT_TRUE(box.reopen()) << "a migration that fails is not half there";
  box.options().schema = migrations();
  ASSERT_FALSE(box.reopen());
  EXPECT_EQ(box->status().schema, migrations().back().to);
  box.options().schema = next;
  ASSERT_FALSE(box.reopen());
  EXPECT_EQ(box->status().schema, migrations().back().to + 1);
  EXPECT_EQ(box.get(box->load(number, 1)).value()->body, "kept");
  box.options().schema = migrations();
  const std::optional<Error> refused = box.reopen();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->fault, Fault::rejected);
  EXPECT_NE(refused->sentence.find("newer ARINT"), std::string::npos) << refused->sentence;
  box.options().schema = next;
  EXPECT_FALSE(box.reopen()) << "refusing has changed nothing";
}

TEST(Schema, the_first_one_is_brought_along) {
  Options options = quick();
  options.schema = migrations().first(1);
  Box box(options);
  EXPECT_EQ(box->status().schema, 1);
  box.options().schema = migrations();
  ASSERT_FALSE(box.reopen());
  EXPECT_EQ(box->status().schema, migrations().back().to);
  const Letter letter("accepted by the newer one");
  const Claim claim = box.accept_claimed(letter);
  const std::string_view second[] = {"event/b/1"};
  Leave leave;
  leave.claim = claim, leave.to = State::waiting, leave.at_ms = Box::now, leave.place = "event/a/1", leave.more_places = second;
  ASSERT_TRUE(box.commit_one(leave));
  EXPECT_TRUE(box.commit_one(Take{Box::now * 2, 1}).value().claimed.empty());
  ASSERT_TRUE(box.commit_one(Event{"event/b/1", Box::now, 0, "x"}));
  EXPECT_EQ(box.commit_one(Take{Box::now, 1}).value().claimed.size(), 1u);
}

TEST(Schema, another_program_s_file_is_left_alone) {
  Folder folder;
  {
    Connection other((folder.path() / "store.db").string(), "unix", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    other.script("create table t (x)");
  }
  Options options = quick();
  options.folder = folder.path();
  const auto opened = open_sqlite(options);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().fault, Fault::malformed);
  std::ofstream(folder.path() / "store.db", std::ios::trunc) << "no database at all, but some text that is long enough to look at";
  const auto text = open_sqlite(options);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().fault, Fault::malformed) << text.error().sentence;
}

// Overwrites `size` bytes of a file.
void damage(const fs::path& file, std::int64_t at, std::size_t size) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(at);
  for (std::size_t i = 0; i < size; ++i) stream.put(static_cast<char>(i * 37 + 11));
}

TEST(Damage, a_corrupt_page_is_told_with_the_way_out_and_nothing_is_made_up) {
  Box box(quick());
  std::vector<std::unique_ptr<Letter>> letters;
  for (int i = 0; i < 60; ++i) {
    letters.push_back(std::make_unique<Letter>(std::string(1500, static_cast<char>('a' + i % 26))));
    (void)box.accept(*letters.back());
  }
  box.close();
  const fs::path file = box.folder() / "data/store.db";
  const auto pages = static_cast<std::int64_t>(fs::file_size(file) / page_bytes);
  // Every page behind the first in turn would take long; those of the last messages do.
  for (std::int64_t page = pages - 6; page < pages; ++page) damage(file, page * page_bytes, 600);
  const auto wrong = check_files(box.folder() / "data");
  ASSERT_TRUE(wrong) << wrong.error().sentence;
  EXPECT_FALSE(wrong->empty());
  if (const auto refused = box.reopen()) {
    EXPECT_EQ(refused->fault, Fault::malformed);
    EXPECT_NE(refused->sentence.find("arint store restore"), std::string::npos) << refused->sentence;
    return;
  }
  std::size_t told = 0;
  for (Number number = 1; number <= 60; ++number) {
    const auto loaded = box.get(box->load(number, 1));
    if (loaded) {
      EXPECT_EQ((*loaded)->body, letters[static_cast<std::size_t>(number - 1)]->body);
    } else {
      ++told;
      EXPECT_NE(loaded.error().sentence.find("arint store"), std::string::npos) << loaded.error().sentence;
    }
  }
  EXPECT_GT(told, 0u);
}

TEST(Damage, a_body_that_changed_on_the_disk_is_not_delivered) {
  Options options = quick();
  options.inline_limit = Size{100};
  Box box(options);
  const Letter letter(std::string(5000, 'x'));
  const Number number = box.accept(letter).number;
  for (const auto& each : fs::recursive_directory_iterator(box.folder() / "data/bodies"))
    if (each.is_regular_file()) damage(each.path(), 100, 1);
  const auto loaded = box.get(box->load(number, 1));
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().fault, Fault::malformed);
  EXPECT_EQ(box.get(box->check()).value().size(), 1u);
}

TEST(Damage, a_torn_end_of_the_log_costs_only_what_was_torn) {
  Box box(quick());
  std::vector<std::uintmax_t> ends;
  const fs::path data = box.folder() / "data", log = data / "store.db-wal";
  for (int i = 0; i < 8; ++i) {
    const Letter letter("message " + std::to_string(i));
    (void)box.accept(letter);
    ends.push_back(box->status().wal_bytes);
  }
  for (const auto cut : {ends[7] - 1, ends[6] + 24, ends[4], ends[3] + 2000, ends[0]}) {
    Folder copy;
    for (const char* name : {"store.db", "store.db-wal"}) fs::copy_file(data / name, copy.path() / name);
    fs::resize_file(copy.path() / "store.db-wal", cut);
    Options options = quick();
    options.folder = copy.path();
    auto opened = open_sqlite(options);
    ASSERT_TRUE(opened) << opened.error().sentence;
    const auto whole = static_cast<std::int64_t>(std::count_if(ends.begin(), ends.end(), [&](auto end) { return end <= cut; }));
    EXPECT_EQ((*opened)->status().unresolved, whole) << "cut at " << cut;
  }
}

TEST(Leftovers, body_files_nobody_refers_to_are_collected) {
  Options options = quick();
  options.inline_limit = Size{100};
  Box box(options);
  const Letter letter(std::string(5000, 'x')), again(std::string(5000, 'x'));
  Accept accept = box.acceptance(letter);
  accept.key = KeyUse{key_of("orders", "shop", "k"), Box::now + 1000};
  const Number number = box.commit_one(accept).value().number;
  const fs::path bodies = box.folder() / "data/bodies", orphan = bodies / "ab" / std::string(30, '1');
  const auto files = [&] {
    return std::count_if(fs::recursive_directory_iterator(bodies), fs::recursive_directory_iterator(), [](const auto& each) { return each.is_regular_file(); });
  };
  accept = box.acceptance(again), accept.key = KeyUse{key_of("orders", "shop", "k"), Box::now + 1000};
  EXPECT_TRUE(box.commit_one(accept).value().key);
  EXPECT_EQ(files(), 1) << "the body of what was not accepted is gone";
  fs::create_directories(orphan.parent_path());
  std::ofstream(orphan) << "left by a crash";
  ASSERT_FALSE(box.reopen());
  EXPECT_EQ(files(), 1);
  EXPECT_EQ(box.get(box->load(number, 1)).value()->body, letter.body);
}

TEST(Backup, is_taken_while_messages_come_in_and_is_whole_when_restored) {
  Options options = quick();
  options.inline_limit = Size{1000};
  Box box(options);
  std::vector<std::pair<Id, std::string>> before;
  const auto accept = [&](int i) {
    const Letter letter(std::string(i % 5 ? 300 : 3000, static_cast<char>('a' + i % 26)));
    EXPECT_TRUE(box.commit_one(box.acceptance(letter)));
    return std::pair(letter.message.id, letter.body);
  };
  for (int i = 0; i < 300; ++i) before.push_back(accept(i));
  std::atomic<bool> over = false;
  std::thread traffic([&] {
    for (int i = 0; !over; ++i) (void)accept(i);
  });
  const fs::path backup = box.folder() / "backup";
  auto taken = [](Store* store, fs::path to) -> runtime::Task<Result<int>> {
    Result<void> done = co_await store->backup(to);
    if (!done) co_return done.error();
    co_return 1;
  };
  const Result<int> done = box.get(taken(&box.store(), backup));
  over = true;
  traffic.join();
  ASSERT_TRUE(done) << done.error().sentence;
  EXPECT_FALSE(box.get(taken(&box.store(), backup))) << "a folder that is there is not written over";
  const auto wrong = check_files(backup);
  ASSERT_TRUE(wrong);
  EXPECT_EQ(*wrong, std::vector<std::string>());
  box.close();
  const Result<void> restored = restore_files(backup, box.folder() / "data");
  ASSERT_TRUE(restored) << restored.error().sentence;
  EXPECT_TRUE(fs::exists(box.folder() / "data/store.before-restore/store.db"));
  ASSERT_FALSE(box.reopen());
  for (const auto& [id, body] : before) {
    const auto found = box.get(box->find(id)).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(box.get(box->load(found->number, 1)).value()->body, body);
  }
  EXPECT_EQ(box.get(box->check()).value(), std::vector<std::string>());
  box.close();
  damage(backup / "store.db", 3 * page_bytes, 300);
  const Result<void> refused = restore_files(backup, box.folder() / "data");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::rejected);
  EXPECT_FALSE(box.reopen()) << "and what was there is still there";
}

TEST(Compact, gives_free_pages_back) {
  Options options = quick();
  options.tidy_every = Millis{1};
  Box box(options);
  std::vector<Claim> claims;
  for (int i = 0; i < 200; ++i) {
    Letter letter(std::string(8000, 'x'));
    letter.message.received_ms = 1000;
    claims.push_back(box.accept_claimed(letter));
  }
  Write ends;
  for (const Claim& claim : claims) {
    Leave leave;
    leave.claim = claim, leave.at_ms = 1000, leave.keep_until_ms = 1001;
    ends.add(leave);
  }
  ASSERT_TRUE(box.commit(ends));
  for (int i = 0; i < 5000 && !box.get(box->list({})).value().messages.empty(); ++i)
    ASSERT_TRUE(box.commit_one(SetSchedule{"tick", i + 1}));
  const std::uint64_t given = box.get(box->compact()).value();
  EXPECT_GT(given, 200u * 8000 / 2);
  EXPECT_EQ(box.get(box->check()).value(), std::vector<std::string>());
}

}  // namespace
}  // namespace arint::store
