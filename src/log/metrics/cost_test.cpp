// SPDX-License-Identifier: GPL-3.0-or-later
// What a line and a count cost. Prints figures, decides nothing: run with
//   test_log --gtest_also_run_disabled_tests --gtest_filter='Cost.*'
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>

#include "log/actions/fixture.hpp"
#include "log/metrics/registry.hpp"

namespace arint::log {
namespace {

template <class Work>
double nanoseconds_each(std::uint64_t times, Work&& work) {
  auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < times; ++i) work(i);
  return static_cast<double>((std::chrono::steady_clock::now() - begin).count()) / static_cast<double>(times);
}

TEST(Cost, DISABLED_OfALine) {
  Folder folder;
  Options options = options_in(folder);
  options.max_age = Millis(1000);
  options.anchor_every = Millis(1000);
  options.when_full = WhenFull::drop;
  std::unique_ptr<ActionLog> log = open_log(options);
  Writer& writer = log->writer();
  Action action = received();
  action.message = {1, 2};
  action.outgoing = "erp";
  auto write = [&](std::uint64_t) { writer.write(action); };
  for (int round = 0; round < 5; ++round) {
    // At a rate the log thread keeps up with, in bursts of what a core does in 10 ms.
    double burst = 0;
    for (int i = 0; i < 20; ++i) {
      burst += nanoseconds_each(1000, write);
      std::this_thread::sleep_for(Millis(10));
    }
    std::printf("a line: %.0f ns\n", burst / 20);
  }
  std::size_t bytes = lines_of(slurp(folder.active()))[2].size();
  clockid_t clock = CLOCK_PROCESS_CPUTIME_ID;
  timespec before{}, after{};
  clock_gettime(clock, &before);
  constexpr std::uint64_t lines = 200000;
  for (std::uint64_t i = 0; i < lines; i += 1000) {
    nanoseconds_each(1000, write);
    std::this_thread::sleep_for(Millis(2));
  }
  ASSERT_TRUE(log->close().ok());
  clock_gettime(clock, &after);
  double used = static_cast<double>(after.tv_sec - before.tv_sec) * 1e9 + static_cast<double>(after.tv_nsec - before.tv_nsec);
  std::printf("a line of %zu bytes with hash, signature and write: %.0f ns of CPU in all threads; %llu dropped, %llu blocks\n", bytes, used / lines,
              static_cast<unsigned long long>(log->state().dropped), static_cast<unsigned long long>(log->state().blocks));
}

TEST(Cost, DISABLED_OfCountingARequest) {
  Registry registry(2);
  Generation next = registry.next();
  std::shared_ptr<Part> part = next.part(PartKind::channel, "orders");
  registry.use(std::move(next));
  Cell& cell = part->on(1);
  double each = nanoseconds_each(20'000'000, [&](std::uint64_t i) {
    cell.begin();
    cell.received(1024);
    cell.sent(38);
    cell.end(static_cast<std::int64_t>(i & 0xFFFFF));
  });
  std::printf("counting a request: %.1f ns\n", each);
  EXPECT_EQ(sample(registry.text(), "arint_channel_received_total{channel=\"orders\"}"), 20'000'000);
  std::printf("a scrape: %.0f us\n", nanoseconds_each(200, [&](std::uint64_t) { (void)registry.text(); }) / 1000);
}

TEST(Cost, DISABLED_OfVerify) {
  Folder folder;
  Options options = options_in(folder);
  options.rotate_size = Size{1 << 30};
  write_log(options, 200, 2000);
  double size = static_cast<double>(std::filesystem::file_size(folder.active()));
  double each = nanoseconds_each(1, [&](std::uint64_t) { EXPECT_TRUE(verified(folder.path()).ok); });
  std::printf("verify: %.0f MiB/s\n", size / 1048576 / (each / 1e9));
  each = nanoseconds_each(20, [&](std::uint64_t) { (void)ActionLog::open(options); });
  std::printf("open and close a log of %.0f MiB: %.1f ms\n", size / 1048576, each / 1e6);
}

}  // namespace
}  // namespace arint::log
