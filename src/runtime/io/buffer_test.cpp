// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/io/buffer.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace arint::runtime {
namespace {

TEST(BufferPool, leases_up_to_its_limits_and_takes_back) {
  BufferPool pool;
  pool.set_limits(3, 1);
  {
    std::vector<Buffer> held;
    for (int i = 0; i < 3; ++i) held.push_back(pool.small());
    for (const Buffer& buffer : held) EXPECT_EQ(buffer.size(), BufferPool::small_bytes);
    EXPECT_FALSE(pool.small()) << "the limit";
    const Buffer large = pool.large();
    EXPECT_EQ(large.size(), BufferPool::large_bytes);
    large.data()[large.size() - 1] = 'x';
    EXPECT_FALSE(pool.large());
    EXPECT_EQ(pool.counters().small_leased, 3u);
    EXPECT_EQ(pool.counters().large_leased, 1u);
    char* const first = held[0].data();
    held[0].give_back();
    EXPECT_FALSE(held[0]);
    EXPECT_EQ(pool.small().data(), first) << "the last one given back is the first one leased: still in the cache";
  }
  EXPECT_EQ(pool.counters().small_leased, 0u);
  EXPECT_EQ(pool.counters().small_kept, 3u);
  pool.trim();
  EXPECT_EQ(pool.counters().small_kept, 0u);
  EXPECT_EQ(pool.counters().large_kept, 0u);
}

TEST(BufferPool, keeps_few_after_a_peak) {
  BufferPool pool;
  {
    std::vector<Buffer> peak;
    for (int i = 0; i < 1000; ++i) peak.push_back(pool.small());
    for (int i = 0; i < 32; ++i) peak.push_back(pool.large());
  }
  EXPECT_EQ(pool.counters().small_kept, 64u);
  EXPECT_EQ(pool.counters().large_kept, 4u);
}

TEST(Buffer, moves_and_assigns) {
  BufferPool pool;
  Buffer a = pool.small();
  Buffer b = std::move(a);
  EXPECT_FALSE(a);
  EXPECT_TRUE(b);
  b = pool.large();
  EXPECT_EQ(pool.counters().small_leased, 0u);
  EXPECT_EQ(b.span().size(), BufferPool::large_bytes);
}

}  // namespace
}  // namespace arint::runtime
