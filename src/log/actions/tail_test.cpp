// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/tail.hpp"

#include "log/actions/fixture.hpp"

namespace arint::log {
namespace {

std::vector<std::string> sequences(const std::vector<std::string>& lines) {
  std::vector<std::string> out;
  for (const std::string& line : lines) out.emplace_back(raw_value(line, "sequence").value_or("?"));
  return out;
}

using Words = std::vector<std::string>;

TEST(Tail, LastLinesAreWholeMatchingAndOldestFirst) {
  Folder folder;
  write_log(options_in(folder), 3, 2);  // started, 6 received, stopped
  Result<Tail> tail = Tail::open(folder.path(), {});
  ASSERT_TRUE(tail.ok());
  EXPECT_EQ(sequences(*tail->last(3)), (Words{"6", "7", "8"}));
  EXPECT_EQ(sequences(*tail->last(100)).size(), 8u);
  EXPECT_EQ(tail->last(0)->size(), 0u);
  EXPECT_EQ(sequences(*Tail::open(folder.path(), {.action = "received"})->last(2)), (Words{"6", "7"}));
  EXPECT_EQ(Tail::open(folder.path(), {.cid = "00000000000000070000000000000009", .channel = "orders", .service = "accept-order", .outcome = "ok"})->last(100)->size(), 6u);
  EXPECT_EQ(Tail::open(folder.path(), {.channel = "order"})->last(100)->size(), 0u);
}

TEST(Tail, WordsThatDoNotExistAreRejected) {
  Folder folder;
  write_log(options_in(folder), 1, 1);
  EXPECT_EQ(Tail::open(folder.path(), {.outcome = "okay"}).error().fault, Fault::rejected);
  EXPECT_EQ(Tail::open(folder.path(), {.action = "receive"}).error().fault, Fault::rejected);
  EXPECT_EQ(Tail::open(folder.path() / "none", {}).error().fault, Fault::unreachable);
}

TEST(Tail, ReachesBackOverClosedFilesAndOverManyPieces) {
  Folder folder;
  Options options = options_in(folder);
  options.rotate_size = Size{1 << 20};
  write_log(options, 30, 400);
  ASSERT_GT(list_files(folder.path()).size(), 2u);
  Result<std::vector<std::string>> lines = Tail::open(folder.path(), {})->last(12002);
  ASSERT_EQ(lines->size(), 12002u);
  for (std::size_t i = 0; i < lines->size(); ++i) ASSERT_EQ(raw_value((*lines)[i], "sequence"), std::to_string(i + 1));
}

TEST(Tail, FollowsAcrossRotationWithoutLosingOrRepeatingALine) {
  Folder folder;
  Options options = options_in(folder);
  options.rotate_size = Size{64 << 10};
  std::unique_ptr<ActionLog> log = open_log(options);
  ASSERT_TRUE(log->flush().ok());
  Result<Tail> tail = Tail::open(folder.path(), {});
  Words seen = sequences(*tail->last(10));
  EXPECT_EQ(seen, (Words{"1"}));
  EXPECT_TRUE(tail->more()->empty());
  Writer& writer = log->writer();
  for (int round = 0; round < 12; ++round) {
    for (int i = 0; i < 300; ++i) writer.write(received());
    ASSERT_TRUE(log->flush().ok());
    if (round % 3 != 2) continue;  // lets several files close between two looks
    for (Words more; !(more = sequences(*tail->more())).empty();) seen.insert(seen.end(), more.begin(), more.end());
  }
  ASSERT_GT(list_files(folder.path()).size(), 3u);
  ASSERT_EQ(seen.size(), 3601u);
  for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_EQ(seen[i], std::to_string(i + 1));
}

TEST(Tail, AHalfWrittenLineIsNotShownAndACutOneNotWaitedFor) {
  Folder folder;
  write_log(options_in(folder), 1, 1);
  std::string good = slurp(folder.active());
  std::string line = lines_of(good)[1];
  spill(folder.active(), good + line.substr(0, 50));
  Result<Tail> tail = Tail::open(folder.path(), {});
  EXPECT_EQ(tail->last(10)->size(), 3u);
  EXPECT_TRUE(tail->more()->empty());
  spill(folder.active(), good + line + "\n");
  EXPECT_EQ(tail->more()->size(), 1u);
  spill(folder.active(), good);  // a restart cut it
  EXPECT_TRUE(tail->more()->empty());
  spill(folder.active(), good + line + "\n");
  EXPECT_EQ(tail->more()->size(), 1u);
}

}  // namespace
}  // namespace arint::log
