// SPDX-License-Identifier: GPL-3.0-or-later
#include "outgoing/breaker.hpp"

#include <gtest/gtest.h>

namespace arint::outgoing {
namespace {

TEST(CircuitBreaker, opens_after_failures_in_a_row_and_one_probe_closes_it) {
  CircuitBreaker breaker(3, Millis(1000));
  for (int i = 0; i < 2; ++i) breaker.failed(Fault::unreachable, 0);
  EXPECT_TRUE(breaker.admits(0));
  breaker.failed(Fault::timeout, 0);
  EXPECT_TRUE(breaker.open());
  EXPECT_FALSE(breaker.admits(999));
  EXPECT_EQ(breaker.remaining(400), Millis(600));
  EXPECT_TRUE(breaker.admits(1000));   // the probe
  EXPECT_FALSE(breaker.admits(1001));  // only one
  breaker.succeeded();
  EXPECT_TRUE(breaker.admits(1002));
}

TEST(CircuitBreaker, a_failed_probe_opens_it_again) {
  CircuitBreaker breaker(1, Millis(1000));
  breaker.failed(Fault::busy, 0);
  EXPECT_TRUE(breaker.admits(1000));
  breaker.failed(Fault::unreachable, 1000);
  EXPECT_FALSE(breaker.admits(1999));
  EXPECT_TRUE(breaker.admits(2000));
}

TEST(CircuitBreaker, an_answer_of_any_kind_counts_as_health) {
  CircuitBreaker breaker(2, Millis(1000));
  breaker.failed(Fault::unreachable, 0);
  breaker.failed(Fault::rejected, 0);
  breaker.failed(Fault::unreachable, 0);
  EXPECT_FALSE(breaker.open());
  breaker.failed(Fault::cancelled, 0);  // says nothing
  breaker.failed(Fault::unreachable, 0);
  EXPECT_TRUE(breaker.open());
}

TEST(CircuitBreaker, a_lost_probe_does_not_keep_it_open_for_ever) {
  CircuitBreaker breaker(1, Millis(1000));
  breaker.failed(Fault::unreachable, 0);
  EXPECT_TRUE(breaker.admits(1000));
  EXPECT_TRUE(breaker.admits(2000));
}

TEST(CircuitBreaker, zero_failures_means_never) {
  CircuitBreaker breaker(0, Millis(1000));
  for (int i = 0; i < 100; ++i) breaker.failed(Fault::unreachable, 0);
  EXPECT_TRUE(breaker.admits(0));
}

}  // namespace
}  // namespace arint::outgoing
