// SPDX-License-Identifier: GPL-3.0-or-later
#include "outgoing/lane.hpp"

#include <gtest/gtest.h>

namespace arint::outgoing {
namespace {

TEST(Pacer, lets_as_many_begin_as_it_says_and_spreads_the_rest) {
  Pacer pacer(4, Millis(1000));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(pacer.take(10'000), Millis(0)) << i;
  EXPECT_EQ(pacer.take(10'000), Millis(250));
  EXPECT_EQ(pacer.take(10'249), Millis(1));
  EXPECT_EQ(pacer.take(10'250), Millis(0));
  EXPECT_EQ(pacer.take(10'250), Millis(250));
  EXPECT_EQ(pacer.take(20'000), Millis(0)) << "what was not used is not saved up beyond one `per`";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pacer.take(20'000), Millis(0));
  EXPECT_NE(pacer.take(20'000), Millis(0));
}

TEST(Pacer, those_who_go_away_come_back_one_after_another) {
  Pacer pacer(1, Millis(1000));
  EXPECT_EQ(pacer.take(5'000), Millis(0));
  const Millis wait = pacer.take(5'000);
  EXPECT_EQ(wait, Millis(1000));
  EXPECT_EQ(pacer.slot(5'000, wait), 6'000);
  EXPECT_EQ(pacer.slot(5'000, wait), 7'000);
  EXPECT_EQ(pacer.take(6'000), Millis(0));
  Pacer free(0, Millis(0));
  EXPECT_EQ(free.take(1), Millis(0));
}

TEST(CircuitBreaker, a_peer_that_keeps_failing_is_left_alone_longer_and_longer) {
  CircuitBreaker breaker(1, Millis(100), Millis(350));
  std::int64_t now = 0;
  breaker.failed(Fault::busy, now);
  for (std::int64_t pause : {100, 200, 350, 350}) {
    EXPECT_EQ(breaker.remaining(now), Millis(pause));
    EXPECT_FALSE(breaker.admits(now + pause - 1));
    now += pause;
    EXPECT_TRUE(breaker.admits(now));
    breaker.failed(Fault::timeout, now);
  }
  now += 350;
  EXPECT_TRUE(breaker.admits(now));
  breaker.succeeded();
  breaker.failed(Fault::busy, now);
  EXPECT_EQ(breaker.remaining(now), Millis(100)) << "once it answered, it begins anew";
}

TEST(Lanes, each_endpoint_has_its_own_and_the_least_used_is_forgotten) {
  Lanes lanes({.in_flight = 4, .failures = 1, .pause = Millis(1000)}, "shop", 2);
  Lane& first = lanes.at("https://a:443", 0);
  EXPECT_EQ(first.place, "outgoing/shop/https://a:443");
  EXPECT_EQ(first.gate.places(), 2u);
  first.breaker.failed(Fault::busy, 0);
  EXPECT_TRUE(lanes.at("https://a:443", 1).breaker.open());
  EXPECT_FALSE(lanes.at("https://b:443", 1).breaker.open());
  Lane& used = lanes.at("https://b:443", 0);
  ++used.users;
  for (std::size_t i = 0; i < Lanes::most; ++i) lanes.at(std::to_string(i), 10);
  EXPECT_EQ(&lanes.at("https://b:443", 11), &used) << "a call refers to it";
  EXPECT_FALSE(lanes.at("https://a:443", 11).breaker.open()) << "forgotten, and made anew";
  --used.users;
}

}  // namespace
}  // namespace arint::outgoing
