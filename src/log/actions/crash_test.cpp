// SPDX-License-Identifier: GPL-3.0-or-later
// kill -9, torn writes and lost ends: what the next start makes of them.
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>

#include "log/actions/chain/recover.hpp"
#include "log/actions/fixture.hpp"

namespace arint::log {
namespace {

std::string last_opening(const Folder& folder) {
  std::string out;
  for (const LogFile& file : list_files(folder.path()))
    for (const std::string& line : lines_of(slurp(file.path)))
      if (raw_value(line, "action") == "restarted" || raw_value(line, "action") == "started") out = line;
  return out;
}

void open_and_close(const Options& options) { write_log(options, 0, 0); }

// Up to and with the last whole block of what a crash left.
std::string whole_blocks(const std::string& bytes) {
  std::size_t end = 0;
  for (std::size_t at = 0, feed; (feed = bytes.find('\n', at)) != std::string::npos; at = feed + 1) {
    std::string_view line = std::string_view(bytes).substr(at, feed - at);
    if (is_head(line) || is_block(line)) end = feed + 1;
  }
  return bytes.substr(0, end);
}

// Two cores write as fast as they can until they are killed; `written` is what the log says is in the file.
[[noreturn]] void write_until_killed(const Options& options, std::atomic<std::uint64_t>& written) {
  Result<std::unique_ptr<ActionLog>> log = ActionLog::open(options);
  if (!log) ::_exit(1);
  std::vector<std::thread> cores;
  for (int i = 0; i < 2; ++i)
    cores.emplace_back([&log] {
      for (Writer& writer = (*log)->writer();;) writer.write(received());
    });
  for (;;) {
    written = (*log)->state().lines;
    ::usleep(200);
  }
}

TEST(Crash, KilledFiftyTimesOnlyTheTornTailIsGone) {
  Folder folder;
  Options options = options_in(folder);
  options.max_age = Millis(10);
  options.anchor_every = Millis(5);
  options.buffer = Size{1 << 20};
  options.rotate_size = Size{2 << 20};
  void* shared = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  auto* written = new (shared) std::atomic<std::uint64_t>(0);
  std::uint64_t before = 0, state = 11;
  int cut = 0;
  for (int round = 0; round < 50; ++round) {
    *written = 0;
    pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_until_killed(options, *written);
    state = state * 6364136223846793005 + 1442695040888963407;
    ::usleep(static_cast<useconds_t>(3000 + (state >> 33) % 40000));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    if (std::filesystem::exists(folder.active())) {
      std::string left = slurp(folder.active()), whole = whole_blocks(left);
      cut += left.size() != whole.size();
      open_and_close(options);
      // What was whole is still there, byte for byte, in the same file or under its closed name.
      std::vector<LogFile> files = list_files(folder.path());
      bool kept = false;
      for (std::size_t i = files.size(); i-- > 0 && !kept;) kept = slurp(files[i].path).starts_with(whole);
      EXPECT_TRUE(kept) << round;
    }
    if (!std::filesystem::exists(folder.active())) continue;  // killed before there was anything
    Verdict verdict = verified(folder.path());
    EXPECT_TRUE(verdict.ok) << "round " << round << "\n" << verdict.text();
    // Everything the log had said to be in the file is there: lines before this round, those, and the restart's two.
    EXPECT_GE(verdict.last_sequence, before + *written) << round;
    before = verdict.last_sequence;
    // Keep it fast: what is verified needs not be verified again.
    if (round % 5 == 4) {
      std::filesystem::remove_all(folder.path());
      std::filesystem::create_directory(folder.path());
      before = 0;
    }
  }
  RecordProperty("torn", cut);
  ::munmap(shared, 4096);
}

TEST(Crash, EveryLengthOfATornLastBlockIsCutAndTold) {
  Folder folder;
  Options options = options_in(folder);
  write_log(options, 2, 3);
  std::string good = slurp(folder.active());
  // Which lines share a block with the first is chance.
  std::vector<std::string> lines = lines_of(good);
  std::erase_if(lines, [](const std::string& line) { return is_head(line) || is_block(line); });
  ASSERT_GE(lines.size(), 3u);
  std::size_t whole = good.size();
  std::string torn = lines[0] + "\n" + lines[1] + "\n" + lines[2];
  for (std::size_t size = 1; size <= torn.size(); size += 7) {
    spill(folder.active(), good + torn.substr(0, size));
    Result<FileEnd> end = find_end(folder.active());
    ASSERT_TRUE(end.ok());
    EXPECT_EQ(end->good_bytes, whole) << size;
    EXPECT_EQ(end->torn_bytes, size);
  }
  open_and_close(options);
  EXPECT_TRUE(slurp(folder.active()).starts_with(good));
  std::string restarted = last_opening(folder);
  EXPECT_EQ(raw_value(restarted, "action"), "restarted");
  EXPECT_NE(restarted.find("bytes (3 lines) of a torn block behind block"), std::string::npos) << restarted;
  EXPECT_TRUE(verified(folder.path()).ok);
}

TEST(Crash, ABlockOfZerosAfterAPowerCutIsCut) {
  Folder folder;
  write_log(options_in(folder), 2, 3);
  std::string good = slurp(folder.active());
  spill(folder.active(), good + std::string(9000, '\0'));
  open_and_close(options_in(folder));
  EXPECT_TRUE(slurp(folder.active()).starts_with(good));
  EXPECT_TRUE(verified(folder.path()).ok);
}

TEST(Crash, AnUncleanEndWithNothingTornSaysSo) {
  Folder folder;
  write_log(options_in(folder), 2, 3);
  std::vector<std::string> lines = lines_of(slurp(folder.active()));
  // As if killed behind the second flush: the last block, which holds `stopped`, never happened. Nor did its anchor.
  std::size_t blocks = 0, keep = 0;
  for (std::size_t i = 0; i < lines.size() && blocks < 2; ++i) blocks += is_block(lines[i]), keep = i + 1;
  lines.resize(keep);
  spill(folder.active(), joined(lines));
  Result<NodeKey> key = NodeKey::open(folder.path());
  Read<BlockEnd> last = read_block(lines.back());
  Mark mark{last.record.time, "n1", last.record.block, last.record.first + last.record.lines - 1, last.hash};
  spill(folder.path() / anchor_name, seal_anchor(mark, *key).text);
  open_and_close(options_in(folder));
  EXPECT_NE(last_opening(folder).find("no torn block"), std::string::npos) << last_opening(folder);
  EXPECT_TRUE(verified(folder.path()).ok);
}

TEST(Crash, AnEndCutBeforeTheAnchorStaysVisibleAfterTheRestart) {
  Folder folder;
  write_log(options_in(folder), 3, 3);
  std::string whole = slurp(folder.active());
  std::vector<std::string> lines = lines_of(whole);
  lines.resize(lines.size() / 2);
  while (!is_block(lines.back())) lines.pop_back();
  std::string cut = joined(lines);
  spill(folder.active(), cut);
  open_and_close(options_in(folder));
  std::string restarted = last_opening(folder);
  EXPECT_EQ(raw_value(restarted, "outcome"), "failed");
  EXPECT_NE(restarted.find("were anchored and are missing"), std::string::npos) << restarted;
  std::vector<LogFile> files = list_files(folder.path());
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(slurp(files[0].path), cut);  // the evidence is as it was
  open_and_close(options_in(folder));
  Verdict verdict = verified(folder.path());
  ASSERT_FALSE(verdict.ok);
  EXPECT_NE(verdict.findings[0].sentence.find("are missing before this file"), std::string::npos) << verdict.text();
}

TEST(Crash, AChangedAnchoredBlockIsSetAsideNotCut) {
  Folder folder;
  write_log(options_in(folder), 2, 3);
  std::string bytes = slurp(folder.active());
  bytes[bytes.rfind("stopped")] ^= 1;  // in the last block
  spill(folder.active(), bytes);
  open_and_close(options_in(folder));
  std::vector<LogFile> files = list_files(folder.path());
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(slurp(files[0].path), bytes);
  EXPECT_FALSE(verified(folder.path()).ok);
}

TEST(Crash, ALostLogOrAnchorIsTold) {
  Folder folder;
  write_log(options_in(folder), 2, 3);
  std::filesystem::remove(folder.active());
  open_and_close(options_in(folder));
  EXPECT_NE(last_opening(folder).find("were anchored and are missing"), std::string::npos) << last_opening(folder);
  EXPECT_FALSE(verified(folder.path()).ok);

  Folder second;
  write_log(options_in(second), 2, 3);
  std::filesystem::remove(second.path() / anchor_name);
  open_and_close(options_in(second));
  EXPECT_NE(last_opening(second).find("no anchor"), std::string::npos) << last_opening(second);
  spill(second.path() / anchor_name, "{}");
  open_and_close(options_in(second));
  EXPECT_NE(last_opening(second).find("the anchor was changed"), std::string::npos) << last_opening(second);
  EXPECT_TRUE(verified(second.path()).ok);
}

TEST(Crash, ARotationCutShortIsFinishedOrUndone) {
  Folder folder;
  Options options = options_in(folder);
  write_log(options, 2, 3);
  std::string whole = slurp(folder.active());
  // Before the renames: the new file is there beside the old one.
  spill(folder.path() / next_name, "{\"file\"");
  open_and_close(options);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / next_name));
  EXPECT_TRUE(slurp(folder.active()).starts_with(whole));
  ASSERT_TRUE(verified(folder.path()).ok);
  // Between them: the old one is closed, the new one not yet in its place.
  Result<FileEnd> end = find_end(folder.active());
  Result<NodeKey> key = NodeKey::open(folder.path());
  std::filesystem::rename(folder.active(), folder.path() / closed_name(1'795'493'106'000, 1));
  FileHead head{"2026-11-24T04:05:06.789Z", "n1", end->chain.block, end->chain.sequence, end->chain.tip, key->public_key().raw_hex()};
  spill(folder.path() / next_name, seal(head, *key).text);
  EXPECT_TRUE(verified(folder.path()).ok);
  open_and_close(options);
  EXPECT_TRUE(slurp(folder.active()).starts_with(seal(head, *key).text));
  EXPECT_TRUE(verified(folder.path()).ok) << verified(folder.path()).text();
  // And with the new one lost altogether.
  std::filesystem::rename(folder.active(), folder.path() / closed_name(1'795'493'107'000, end->chain.sequence + 1));
  open_and_close(options);
  EXPECT_TRUE(verified(folder.path()).ok) << verified(folder.path()).text();
}

TEST(Crash, ALargeFileIsOpenedFromItsBack) {
  Folder folder;
  Options options = options_in(folder);
  write_log(options, 20, 400);
  std::string good = slurp(folder.active());
  ASSERT_GT(good.size(), 2u << 20);
  spill(folder.active(), good + std::string(3 << 20, 'x'));  // more garbage than the first look reads
  Result<FileEnd> end = find_end(folder.active());
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->good_bytes, good.size());
  EXPECT_TRUE(end->stopped);
}

}  // namespace
}  // namespace arint::log
