// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that is full, broken or slow: by an injected Disk, by strace, and by a real small file system.
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>

#include "log/actions/fixture.hpp"

namespace arint::log {
namespace {

class FailingDisk : public Disk {
 public:
  ssize_t write(int descriptor, const char* data, std::size_t size, off_t at) override {
    if (full && size > 100) {  // a part still fits, as on a real disk
      ssize_t part = Disk::write(descriptor, data, 50, at);
      if (part < 0 || failed_part.exchange(true)) {
        errno = ENOSPC;
        return -1;
      }
      return part;
    }
    if (full) {
      errno = ENOSPC;
      return -1;
    }
    return Disk::write(descriptor, data, size, at);
  }
  int sync(int descriptor) override {
    if (!broken) return Disk::sync(descriptor);
    errno = EIO;
    return -1;
  }
  std::atomic<bool> full{false}, failed_part{false}, broken{false};
};

TEST(Full, RefuseStopsAcceptingUntilWritingWorksAgainAndLosesNothing) {
  Folder folder;
  auto disk = std::make_shared<FailingDisk>();
  std::unique_ptr<ActionLog> log = open_log(options_in(folder), disk);
  Writer& writer = log->writer();
  ASSERT_TRUE(log->flush().ok());
  EXPECT_TRUE(log->accepting());
  disk->full = true;
  for (int i = 0; i < 100; ++i) writer.write(received());
  Result<void> flushed = log->flush();
  ASSERT_FALSE(flushed.ok());
  EXPECT_NE(flushed.error().sentence.find("No space left on device"), std::string::npos) << flushed.error().sentence;
  EXPECT_FALSE(log->accepting());
  EXPECT_FALSE(log->state().problem.empty());
  for (int i = 0; i < 100; ++i) writer.write(received());
  EXPECT_FALSE(log->flush().ok());
  EXPECT_TRUE(verified(folder.path()).ok);  // no half block on the disk
  disk->full = false;
  EXPECT_TRUE(log->flush().ok());
  EXPECT_TRUE(log->accepting());
  ASSERT_TRUE(log->close().ok());
  EXPECT_EQ(log->state().dropped, 0u);
  Verdict verdict = verified(folder.path());
  EXPECT_TRUE(verdict.ok) << verdict.text();
  EXPECT_EQ(verdict.lines, 202u);
}

TEST(Full, DropGoesOnCountsAndTellsHowMany) {
  Folder folder;
  auto disk = std::make_shared<FailingDisk>();
  Options options = options_in(folder);
  options.when_full = WhenFull::drop;
  options.buffer = Size{128 << 10};
  std::unique_ptr<ActionLog> log = open_log(options, disk);
  Writer& writer = log->writer();
  ASSERT_TRUE(log->flush().ok());
  disk->full = true;
  constexpr std::uint64_t written = 2000;
  for (std::uint64_t i = 0; i < written; ++i) writer.write(received());
  EXPECT_FALSE(log->flush().ok());
  for (std::uint64_t i = 0; i < written; ++i) writer.write(received());
  EXPECT_TRUE(log->accepting());
  std::uint64_t dropped = log->state().dropped;
  EXPECT_GT(dropped, 1000u);
  disk->full = false;
  ASSERT_TRUE(log->close().ok());
  std::string text = slurp(folder.active());
  EXPECT_NE(text.find("\"outcome\":\"dropped\",\"text\":\"" + std::to_string(dropped) + " lines were dropped"), std::string::npos);
  Verdict verdict = verified(folder.path());
  EXPECT_TRUE(verdict.ok) << verdict.text();
  EXPECT_EQ(verdict.lines, 2 * written - dropped + 3);  // started, dropped, stopped
}

TEST(Full, AFailedSyncIsAProblemAndNothingIsAnchored) {
  Folder folder;
  auto disk = std::make_shared<FailingDisk>();
  std::unique_ptr<ActionLog> log = open_log(options_in(folder), disk);
  ASSERT_TRUE(log->flush().ok());
  std::string anchor = slurp(folder.path() / anchor_name);
  disk->broken = true;
  log->writer().write(received());
  Result<void> flushed = log->flush();
  ASSERT_FALSE(flushed.ok());
  EXPECT_NE(flushed.error().sentence.find("cannot sync"), std::string::npos);
  EXPECT_FALSE(log->accepting());
  EXPECT_EQ(slurp(folder.path() / anchor_name), anchor);
  disk->broken = false;
  EXPECT_TRUE(log->flush().ok());
  EXPECT_NE(slurp(folder.path() / anchor_name), anchor);
}

// Blocks in write until it is let go.
class StalledDisk : public Disk {
 public:
  ssize_t write(int descriptor, const char* data, std::size_t size, off_t at) override {
    std::unique_lock lock(mutex);
    gate.wait(lock, [&] { return open; });
    return Disk::write(descriptor, data, size, at);
  }
  void set(bool is_open) {
    std::lock_guard lock(mutex);
    open = is_open;
    gate.notify_all();
  }
  std::mutex mutex;
  std::condition_variable gate;
  bool open = true;
};

TEST(Full, ADiskThatHangsMakesRefuseStopAcceptingBeforeTheBufferIsFull) {
  Folder folder;
  auto disk = std::make_shared<StalledDisk>();
  Options options = options_in(folder);
  options.buffer = Size{1 << 20};
  std::unique_ptr<ActionLog> log = open_log(options, disk);
  Writer& writer = log->writer();
  ASSERT_TRUE(log->flush().ok());
  disk->set(false);
  int lines = 0;
  while (log->accepting() && lines < 100000) writer.write(received()), ++lines;
  EXPECT_FALSE(log->accepting());
  EXPECT_EQ(writer.dropped(), 0u);
  EXPECT_GT(lines, 1000);
  disk->set(true);
  EXPECT_TRUE(log->flush().ok());
  EXPECT_TRUE(log->accepting());
  ASSERT_TRUE(log->close().ok());
  EXPECT_EQ(verified(folder.path()).lines, static_cast<std::uint64_t>(lines) + 2);
}

// Runs in a process of its own; see below.
TEST(FullChild, DISABLED_WritesInTheFolderNamedByTheEnvironment) {
  Options options;
  options.folder = std::getenv("ARINT_LOG_TEST_FOLDER");
  options.max_age = Millis(60'000);
  options.anchor_every = Millis(0);
  std::unique_ptr<ActionLog> log = open_log(options);
  ASSERT_TRUE(log->flush().ok());
  int failures = 0;
  for (int i = 0; i < 8; ++i) {
    log->writer().write(received());
    failures += !log->flush().ok();
  }
  ASSERT_TRUE(log->close().ok());
  EXPECT_GT(failures, 0);
  EXPECT_LT(failures, 8);
}

TEST(Full, EnospcFromTheKernelIsSurvived) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "strace and sanitizers do not go together";
#endif
  if (std::system("strace -o /dev/null true 2>/dev/null") != 0) GTEST_SKIP() << "no strace, or no right to trace";
  Folder folder;
  std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  // Writes 8 to 13 of the process fail: those of the log in the middle of the run, the anchor's too.
  std::string command = "ARINT_LOG_TEST_FOLDER=" + folder.path().string() +
                        " strace -f -o /dev/null -e trace=pwrite64 -e inject=pwrite64:error=ENOSPC:when=8..13 " + self +
                        " --gtest_also_run_disabled_tests --gtest_filter=FullChild.* >" + (folder.path() / "out").string() + " 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << slurp(folder.path() / "out");
  Verdict verdict = verified(folder.path());
  EXPECT_TRUE(verdict.ok) << verdict.text();
  EXPECT_EQ(verdict.lines, 10u);
}

// In a child with a mount namespace of its own, so that nothing stays mounted. Exit 42: not allowed here.
[[noreturn]] void fill_small_disk(const std::filesystem::path& folder) {
  if (::unshare(CLONE_NEWNS) != 0) ::_exit(42);
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) ::_exit(42);
  if (::mount("none", folder.c_str(), "tmpfs", 0, "size=256k") != 0) ::_exit(42);
  Options options;
  options.folder = folder;
  options.max_age = Millis(60'000);
  options.anchor_every = Millis(0);
  Result<std::unique_ptr<ActionLog>> log = ActionLog::open(options);
  if (!log) ::_exit(1);
  Writer& writer = (*log)->writer();
  Result<void> flushed;
  for (int i = 0; i < 2000 && flushed; ++i) {
    for (int line = 0; line < 20; ++line) writer.write(received());
    flushed = (*log)->flush();
  }
  if (flushed.ok() || (*log)->accepting()) ::_exit(2);
  if (!verify({.paths = {folder}})->ok) ::_exit(3);
  if (::mount("none", folder.c_str(), "tmpfs", MS_REMOUNT, "size=4m") != 0) ::_exit(4);
  if (!(*log)->flush() || !(*log)->accepting() || !(*log)->close() || (*log)->state().dropped != 0) ::_exit(5);
  ::_exit(verify({.paths = {folder}})->ok ? 0 : 6);
}

TEST(Full, ARealFullFileSystemIsSurvived) {
  Folder folder;
  pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) fill_small_disk(folder.path());
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 42) GTEST_SKIP() << "mounting is not allowed here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace arint::log
