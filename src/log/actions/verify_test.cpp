// SPDX-License-Identifier: GPL-3.0-or-later
// What somebody without the key may do to a closed log, and what verify says to it.
#include "log/actions/verify.hpp"

#include <algorithm>
#include <functional>

#include "log/actions/chain/record.hpp"
#include "log/actions/fixture.hpp"

namespace arint::log {
namespace {

using Lines = std::vector<std::string>;

// A closed log of five blocks with three lines each, in one file, the first one with `started` besides.
class Tampered : public testing::Test {
 protected:
  // The log's thread may be still busy with the flush before when the next lines come, and then takes some of them: once more.
  void SetUp() override {
    for (int tries = 0; tries < 100 && !as_wanted(); ++tries) {
      for (const auto& left : std::filesystem::directory_iterator(folder.path())) std::filesystem::remove_all(left);
      write_log(options_in(folder), 5, 3);
      lines = lines_of(slurp(folder.active()));
    }
    ASSERT_TRUE(as_wanted());
    ASSERT_TRUE(verified(folder.path()).ok);
  }
  bool as_wanted() const {
    for (std::size_t end = 5; end <= 21; end += 4)
      if (end >= lines.size() || !is_block(lines[end])) return false;
    return true;
  }
  Verdict after(const std::function<void(Lines&)>& change) {
    Lines copy = lines;
    change(copy);
    spill(folder.active(), joined(copy));
    Verdict out = verified(folder.path());
    EXPECT_FALSE(out.ok);
    return out;
  }
  std::string first_finding(const std::function<void(Lines&)>& change) {
    Verdict verdict = after(change);
    if (verdict.findings.empty()) return "";
    EXPECT_EQ(verdict.findings[0].file, folder.active().string());
    return std::to_string(verdict.findings[0].line) + ": " + verdict.findings[0].sentence;
  }
  // The n-th block's lines as iterators: [begin, end line].
  std::pair<std::size_t, std::size_t> block(std::size_t n) {
    std::size_t begin = 1, at = 1;
    for (;; ++at)
      if (is_block(lines[at])) {
        if (n-- == 1) return {begin, at};
        begin = at + 1;
      }
  }
  Folder folder;
  Lines lines;
};

TEST_F(Tampered, AChangedValueIsFoundInItsBlock) {
  auto [begin, end] = block(3);
  EXPECT_EQ(first_finding([&](Lines& l) { l[begin + 1].replace(l[begin + 1].find("40312"), 5, "40313"); }),
            std::to_string(begin + 1) + ": block 3 (lines " + std::to_string(begin + 1) + " to " + std::to_string(end) +
                " of the file) does not fit its hash: a line was changed, or lines were moved");
}

TEST_F(Tampered, ARemovedLineIsNamed) {
  std::size_t begin = block(3).first;
  std::string sequence(*raw_value(lines[begin + 1], "sequence"));
  EXPECT_EQ(first_finding([&](Lines& l) { l.erase(l.begin() + static_cast<long>(begin) + 1); }),
            std::to_string(begin + 2) + ": lines " + sequence + " to " + sequence + " are missing before this one");
}

TEST_F(Tampered, InsertedAndMovedLinesAreFound) {
  std::size_t begin = block(2).first;
  EXPECT_NE(first_finding([&](Lines& l) { l.insert(l.begin() + static_cast<long>(begin), l[begin + 1]); }).find("are missing before this one"), std::string::npos);
  EXPECT_NE(first_finding([&](Lines& l) { l.insert(l.begin() + static_cast<long>(begin) + 1, l[begin]); }).find("inserted or moved"), std::string::npos);
  EXPECT_NE(first_finding([&](Lines& l) { std::swap(l[begin], l[begin + 1]); }).find(std::to_string(begin + 1) + ": "), std::string::npos);
  EXPECT_NE(first_finding([&](Lines& l) { l.insert(l.begin() + static_cast<long>(begin), "{}"); }).find("is not an action"), std::string::npos);
}

TEST_F(Tampered, AWholeBlockRemovedMovedOrDoubledIsFound) {
  auto [begin, end] = block(2);
  auto from = static_cast<long>(begin), to = static_cast<long>(end) + 1;
  EXPECT_NE(first_finding([&](Lines& l) { l.erase(l.begin() + from, l.begin() + to); }).find("missing before"), std::string::npos);
  EXPECT_NE(first_finding([&](Lines& l) { std::rotate(l.begin() + from, l.begin() + to, l.begin() + to + (to - from)); }).find("missing before"), std::string::npos);
  EXPECT_NE(first_finding([&](Lines& l) {
              Lines copy(l.begin() + from, l.begin() + to);
              l.insert(l.begin() + to, copy.begin(), copy.end());
            }).find("inserted or moved"),
            std::string::npos);
}

TEST_F(Tampered, ARewrittenBlockWithRightHashesLacksTheSignature) {
  auto [begin, end] = block(5);
  (void)begin;
  // Everything from here on is computed anew by somebody who knows the format but has another key.
  Folder other;
  write_log(options_in(other), 1, 1);
  Result<NodeKey> key = NodeKey::open(other.path());
  Read<BlockEnd> old = read_block(lines[end]);
  ASSERT_TRUE(old.good());
  old.record.time = "2026-01-01T00:00:00.000Z";
  EXPECT_NE(first_finding([&](Lines& l) { l[end] = seal(old.record, &*key).text, l[end].pop_back(); }).find("signed with another key"), std::string::npos);
  Verdict stripped = after([&](Lines& l) { l[end] = seal(old.record, nullptr).text, l[end].pop_back(); });
  // Without any signature the block itself passes; what follows does not continue it.
  EXPECT_NE(stripped.findings[0].sentence.find("does not continue the record before it"), std::string::npos) << stripped.text();
}

TEST_F(Tampered, AnEndCutOffBeforeTheAnchorIsFound) {
  std::size_t end = block(4).second;
  Verdict verdict = after([&](Lines& l) { l.resize(end + 1); });
  EXPECT_NE(verdict.findings[0].sentence.find("the log ends with block 4"), std::string::npos) << verdict.text();
  EXPECT_FALSE(verdict.anchor);
  std::filesystem::remove(folder.path() / anchor_name);
  EXPECT_NE(verified(folder.path()).findings[0].sentence.find("the anchor is gone"), std::string::npos);
}

TEST_F(Tampered, AnotherNodesLogIsForeign) {
  Folder other;
  write_log(options_in(other), 1, 1);
  std::filesystem::copy_file(other.active(), folder.active(), std::filesystem::copy_options::overwrite_existing);
  Verdict verdict = verified(folder.path());
  ASSERT_FALSE(verdict.ok);
  EXPECT_NE(verdict.findings[0].sentence.find("signed with another key"), std::string::npos) << verdict.text();
  // All of it replaced, key and anchor too, passes only for those who kept no copy of the key.
  std::filesystem::path kept = folder.path() / "kept.pub";
  std::filesystem::copy_file(folder.path() / "node.pub", kept);
  for (std::string_view name : {std::string_view("node.pub"), anchor_name})
    std::filesystem::copy_file(other.path() / name, folder.path() / name, std::filesystem::copy_options::overwrite_existing);
  Verdict fooled = verified(folder.path());
  EXPECT_TRUE(fooled.ok);
  EXPECT_FALSE(fooled.trusted);
  EXPECT_FALSE(verify({.paths = {folder.path()}, .key = kept})->ok);
}

// As small as a log can be, because each verify checks every signature.
TEST(VerifyBytes, EveryFlippedByteOfEveryFileIsFound) {
  Folder folder;
  write_log(options_in(folder), 1, 2);
  for (std::string_view name : {active_name, anchor_name}) {
    std::filesystem::path file = folder.path() / name;
    std::string good = slurp(file);
    for (std::size_t at = 0; at < good.size(); ++at) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (at % 2 ? 1 : 32));  // the latter changes upper and lower case
      spill(file, bad);
      ASSERT_FALSE(verified(folder.path()).ok) << name << " byte " << at << ": " << good.substr(at > 20 ? at - 20 : 0, 40);
    }
    spill(file, good);
  }
  EXPECT_TRUE(verified(folder.path()).ok);
}

TEST(VerifyBytes, EveryPlaceToCutTheFileIsFound) {
  Folder folder;
  write_log(options_in(folder), 1, 2);
  std::string good = slurp(folder.active());
  for (std::size_t size = 0; size < good.size(); size += size + 8 > good.size() ? 1 : 5) {
    spill(folder.active(), std::string_view(good).substr(0, size));
    ASSERT_FALSE(verified(folder.path()).ok) << size;
  }
}

TEST_F(Tampered, RandomGarbageIsReportedAndNeverTrusted) {
  std::string good = slurp(folder.active());
  std::uint64_t state = 7;
  auto next = [&](std::size_t below) {
    state = state * 6364136223846793005 + 1442695040888963407;
    return static_cast<std::size_t>(state >> 33) % below;
  };
  for (int round = 0; round < 300; ++round) {
    std::string bad = good;
    std::size_t from = next(bad.size()), size = 1 + next(400), to = next(bad.size());
    switch (next(3)) {
      case 0: bad.erase(from, size); break;
      case 1: bad.insert(to, good.substr(from, size)); break;
      default: for (std::size_t i = from; i < std::min(bad.size(), from + size); ++i) bad[i] = static_cast<char>(next(256));
    }
    if (bad == good) continue;
    spill(folder.active(), bad);
    EXPECT_FALSE(verified(folder.path()).ok) << "round " << round;
  }
}

TEST(VerifyFiles, SwappedRenamedAndRemovedFilesAreFound) {
  Folder folder;
  Options options = options_in(folder);
  options.rotate_size = Size{64 << 10};
  write_log(options, 4, 300);
  std::vector<LogFile> files = list_files(folder.path());
  ASSERT_GE(files.size(), 4u);
  auto swap = [&] {
    std::filesystem::rename(files[0].path, folder.path() / "x");
    std::filesystem::rename(files[1].path, files[0].path);
    std::filesystem::rename(folder.path() / "x", files[1].path);
  };
  swap();
  Verdict verdict = verified(folder.path());
  ASSERT_FALSE(verdict.ok);
  EXPECT_NE(verdict.findings[0].sentence.find("renamed or swapped"), std::string::npos) << verdict.text();
  swap();
  ASSERT_TRUE(verified(folder.path()).ok);
  std::filesystem::rename(files[1].path, folder.path() / "x");
  verdict = verified(folder.path());
  ASSERT_FALSE(verdict.ok);
  EXPECT_NE(verdict.findings[0].sentence.find("are missing before this file"), std::string::npos) << verdict.text();
  std::filesystem::rename(folder.path() / "x", files[1].path);
  Result<Verdict> wrong_order = verify({.paths = {files[1].path, files[0].path}});
  ASSERT_TRUE(wrong_order.ok());
  EXPECT_FALSE(wrong_order->ok);
  // One file alone is a part, and says so.
  Result<Verdict> part = verify({.paths = {files[1].path}});
  EXPECT_TRUE(part->ok) << part->text();
  EXPECT_FALSE(part->notes.empty());
}

TEST(VerifyFiles, WhatCannotBeReadIsAnError) {
  Folder folder;
  EXPECT_FALSE(verify({.paths = {}}).ok());
  EXPECT_FALSE(verify({.paths = {folder.path()}}).ok());
  EXPECT_FALSE(verify({.paths = {folder.path() / "none.log"}}).ok());
}

TEST(VerifyLive, ALogThatIsBeingWrittenAndRotatedVerifies) {
  Folder folder;
  Options options = options_in(folder);
  options.max_age = Millis(10);
  options.rotate_size = Size{64 << 10};
  std::unique_ptr<ActionLog> log = open_log(options);
  ASSERT_TRUE(log->flush().ok());
  // So many lines for each look at the log: it is written all the while, and does not outgrow a slow reader.
  std::atomic<int> allowed{0};
  std::atomic<bool> stop{false};
  std::thread core([&] {
    Writer& writer = log->writer();
    for (int written = 0; !stop;) {
      if (written < allowed) {
        writer.write(received());
        ++written;
      }
      if (written % 20 == 0 || written >= allowed) std::this_thread::sleep_for(Millis(1));
    }
  });
  int looks = 0;
  for (std::size_t files = 0; files < 30 || looks < 20; ++looks) {
    allowed += 500;
    Verdict verdict = verified(folder.path());
    EXPECT_TRUE(verdict.ok) << verdict.text();
    files = verdict.files;
  }
  stop = true;
  core.join();
}

}  // namespace
}  // namespace arint::log
