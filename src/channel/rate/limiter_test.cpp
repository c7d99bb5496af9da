// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel/rate/limiter.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace arint::channel {
namespace {

constexpr std::int64_t ms = 1'000'000;

TEST(RateLimiter, lets_a_burst_in_and_then_the_rate) {
  RateLimiter limiter({.requests = 10, .per = Millis(1000), .burst = 3, .keys = 100});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.take("a", 0).count(), 0) << i;
  EXPECT_EQ(limiter.take("a", 0).count(), 100);
  EXPECT_EQ(limiter.take("a", 99 * ms).count(), 1);
  EXPECT_EQ(limiter.take("a", 100 * ms).count(), 0);
  EXPECT_EQ(limiter.take("a", 100 * ms).count(), 100);
  EXPECT_EQ(limiter.take("b", 100 * ms).count(), 0) << "another caller";
  // Asking in vain costs nothing, and a long rest gives no more than the burst.
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.take("a", 10'000 * ms).count(), 0) << i;
  EXPECT_EQ(limiter.take("a", 10'000 * ms).count(), 100);
}

TEST(RateLimiter, keeps_a_bounded_number_of_keys) {
  RateLimiter limiter({.requests = 1, .per = Millis(3'600'000), .burst = 1, .keys = 160});
  for (int i = 0; i < 100'000; ++i) EXPECT_EQ(limiter.take("key" + std::to_string(i), i).count(), 0);
  EXPECT_LE(limiter.kept(), 160u);
  EXPECT_GT(limiter.take("key99999", 100'000).count(), 0) << "the newest are kept";
  EXPECT_EQ(limiter.take("key1", 100'000).count(), 0) << "the oldest are forgotten";
}

TEST(RateLimiter, forgets_full_buckets_and_tells_long_keys_apart) {
  RateLimiter limiter({.requests = 1, .per = Millis(1), .keys = 100'000});
  for (int i = 0; i < 1000; ++i) limiter.take("key" + std::to_string(i), 0);
  for (int i = 0; i < 1000; ++i) limiter.take("other" + std::to_string(i), 1000 * ms);
  EXPECT_LE(limiter.kept(), 1000u);
  const std::string longer(5000, 'x');
  EXPECT_EQ(limiter.take(longer + "a", 2000 * ms).count(), 0);
  EXPECT_EQ(limiter.take(longer + "b", 2000 * ms).count(), 0);
  EXPECT_EQ(limiter.take(longer + "a", 2000 * ms).count(), 1);
}

TEST(RateLimiter, is_exact_over_threads) {
  RateLimiter limiter({.requests = 1000, .per = Millis(3'600'000), .keys = 100});
  std::atomic<int> admitted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) admitted += limiter.take("one", 5).count() == 0;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(admitted, 1000);
}

}  // namespace
}  // namespace arint::channel
