// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/action_log.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "log/actions/fixture.hpp"

namespace arint::log {
namespace {

std::vector<std::string> actions_in(const std::filesystem::path& file) {
  std::vector<std::string> out = lines_of(slurp(file));
  std::erase_if(out, [](const std::string& line) { return !looks_like_action(line); });
  return out;
}

TEST(ActionLog, FirstStartMakesKeyLogAndAnchor) {
  Folder folder;
  write_log(options_in(folder), 1, 2);
  struct stat about{};
  ASSERT_EQ(::stat((folder.path() / "node.key").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  EXPECT_TRUE(PublicKey::read(folder.path() / "node.pub").ok());
  std::vector<std::string> lines = actions_in(folder.active());
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(raw_value(lines[0], "action"), "started");
  EXPECT_EQ(raw_value(lines[1], "action"), "received");
  EXPECT_EQ(raw_value(lines[1], "node"), "n1");
  EXPECT_EQ(raw_value(lines[3], "action"), "stopped");
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(raw_value(lines[i], "sequence"), std::to_string(i + 1));
  Verdict verdict = verified(folder.path());
  EXPECT_TRUE(verdict.ok) << verdict.text();
  EXPECT_EQ(verdict.lines, 4u);
  ASSERT_TRUE(verdict.anchor);
  EXPECT_EQ(verdict.anchor->sequence, 4u);
  EXPECT_EQ(verdict.unsigned_lines + verdict.torn_lines, 0u);
}

TEST(ActionLog, GoesOnAfterACleanStop) {
  Folder folder;
  write_log(options_in(folder), 1, 2);
  write_log(options_in(folder), 2, 3);
  std::vector<std::string> lines = actions_in(folder.active());
  ASSERT_EQ(lines.size(), 4u + 8u);
  EXPECT_EQ(raw_value(lines[4], "action"), "started");
  EXPECT_EQ(raw_value(lines.back(), "sequence"), "12");
  EXPECT_TRUE(verified(folder.path()).ok);
}

TEST(ActionLog, OneFolderHasOneWriter) {
  Folder folder;
  std::unique_ptr<ActionLog> log = open_log(options_in(folder));
  Result<std::unique_ptr<ActionLog>> second = ActionLog::open(options_in(folder));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().fault, Fault::busy);
}

TEST(ActionLog, LinesOfAnIdleWriterReachTheFileWithinTheirAge) {
  Folder folder;
  Options options = options_in(folder);
  options.max_age = Millis(40);
  std::unique_ptr<ActionLog> log = open_log(options);
  log->writer().write(received("idle"));  // and never again
  auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  bool there = false;
  while (!there && std::chrono::steady_clock::now() < give_up) {
    there = slurp(folder.active()).find("\"text\":\"idle\"") != std::string::npos;
    std::this_thread::yield();
  }
  EXPECT_TRUE(there);
}

TEST(ActionLog, ManyThreadsNeverTearALineAndKeepTheirOwnOrder) {
  Folder folder;
  Options options = options_in(folder);
  options.max_age = Millis(20);
  options.rotate_size = Size{512 << 10};
  options.buffer = Size{64 << 20};
  constexpr int threads = 4, each = 10000;
  {
    std::unique_ptr<ActionLog> log = open_log(options);
    std::vector<std::thread> cores;
    for (int thread = 0; thread < threads; ++thread)
      cores.emplace_back([&log, thread] {
        Writer& writer = log->writer();
        std::string step = std::to_string(thread);
        for (int i = 0; i < each; ++i) {
          Action action = received();
          action.step = step;
          action.bytes_in = i;
          writer.write(action);
        }
      });
    for (std::thread& core : cores) core.join();
    ASSERT_TRUE(log->close().ok());
    EXPECT_EQ(log->state().dropped, 0u);
  }
  std::vector<int> next(threads, 0);
  std::uint64_t sequence = 1;
  // How many files there are depends on how the threads and the writer met; RotatesBySizeAndChainsTheFiles asks for several.
  for (const LogFile& file : list_files(folder.path()))
    for (const std::string& line : actions_in(file.path)) {
      EXPECT_EQ(raw_value(line, "sequence"), std::to_string(sequence++));
      if (raw_value(line, "action") != "received") continue;
      int thread = std::stoi(std::string(*raw_value(line, "step")));
      EXPECT_EQ(raw_value(line, "bytes_in"), std::to_string(next[static_cast<std::size_t>(thread)]++));
    }
  for (int count : next) EXPECT_EQ(count, each);
  Verdict verdict = verified(folder.path());
  EXPECT_TRUE(verdict.ok) << verdict.text();
}

TEST(ActionLog, RotatesBySizeAndChainsTheFiles) {
  Folder folder;
  Options options = options_in(folder);
  options.rotate_size = Size{64 << 10};
  write_log(options, 4, 300);
  std::vector<LogFile> files = list_files(folder.path());
  ASSERT_GE(files.size(), 4u);
  for (const LogFile& file : files) {
    Read<FileHead> head = read_head(lines_of(slurp(file.path))[0]);
    ASSERT_TRUE(head.good());
    if (!file.active) { EXPECT_EQ(head.record.sequence + 1, file.first_sequence); }
  }
  Verdict verdict = verified(folder.path());
  EXPECT_TRUE(verdict.ok) << verdict.text();
  // Given file by file it is the same chain.
  VerifyRequest request;
  for (const LogFile& file : files) request.paths.push_back(file.path);
  EXPECT_TRUE(verify(request)->ok);
}

TEST(ActionLog, RotatesByAge) {
  Folder folder;
  Options options = options_in(folder);
  options.rotate_age = Millis(1);
  options.max_age = Millis(10);
  write_log(options, 3, 1);
  EXPECT_GT(list_files(folder.path()).size(), 1u);
  EXPECT_TRUE(verified(folder.path()).ok);
}

TEST(ActionLog, RetentionLeavesASignedCheckpointFromWhichVerifyPasses) {
  Folder folder;
  Options options = options_in(folder);
  options.rotate_size = Size{64 << 10};
  options.keep_files = 2;
  write_log(options, 8, 300);
  std::vector<LogFile> files = list_files(folder.path());
  EXPECT_EQ(files.size(), 3u);
  EXPECT_GT(files[0].first_sequence, 1u);
  Verdict verdict = verified(folder.path());
  EXPECT_TRUE(verdict.ok) << verdict.text();
  EXPECT_EQ(verdict.first_sequence, files[0].first_sequence);
  bool told = false;
  for (const LogFile& file : files) told = told || slurp(file.path).find("retention removed") != std::string::npos;
  EXPECT_TRUE(told);
  // Removing one more by hand is not retention.
  std::filesystem::remove(files[0].path);
  EXPECT_FALSE(verified(folder.path()).ok);
  std::filesystem::remove(folder.path() / checkpoint_name);
  EXPECT_FALSE(verified(folder.path()).ok);
}

TEST(ActionLog, AKeyThatOthersCanReadIsRefused) {
  Folder folder;
  write_log(options_in(folder), 1, 1);
  ::chmod((folder.path() / "node.key").c_str(), 0644);
  Result<std::unique_ptr<ActionLog>> log = ActionLog::open(options_in(folder));
  ASSERT_FALSE(log.ok());
  EXPECT_EQ(log.error().fault, Fault::refused);
  spill(folder.path() / "node.key", "not a key");
  ::chmod((folder.path() / "node.key").c_str(), 0600);
  EXPECT_EQ(ActionLog::open(options_in(folder)).error().fault, Fault::malformed);
}

TEST(ActionLog, OptionsOutOfRangeAreRejected) {
  Folder folder;
  Options options = options_in(folder);
  options.max_age = Millis(1);
  EXPECT_EQ(ActionLog::open(options).error().fault, Fault::rejected);
  options = options_in(folder);
  options.node = std::string(257, 'n');
  EXPECT_EQ(ActionLog::open(options).error().fault, Fault::rejected);
}

TEST(ActionLog, RedactedNamesAppearNowhere) {
  Folder folder;
  Options options = options_in(folder);
  options.redact = {"pan"};
  {
    std::unique_ptr<ActionLog> log = open_log(options);
    Field fields[] = {{"pan", "canary-1"}, {"card.pan", "canary-2"}, {"total", "12"}};
    Action action = received("peer said {\"pan\":\"canary-3\"} and pan=canary-4");
    action.fields = fields;
    log->writer().write(action);
  }
  std::string text = slurp(folder.active());
  EXPECT_NE(text.find("\"total\":\"12\""), std::string::npos);
  EXPECT_EQ(text.find("canary"), std::string::npos) << text;
}

}  // namespace
}  // namespace arint::log
