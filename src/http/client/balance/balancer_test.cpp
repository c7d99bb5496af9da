// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/client/balance/balancer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>

namespace arint::http {
namespace {

constexpr std::span<Target* const> none{};

struct Field {
  explicit Field(BalanceOptions options, std::size_t count = 3) : balancer(options), targets(count) {
    for (std::size_t i = 0; i < count; ++i) {
      targets[i].hash = hash_of("10.0.0." + std::to_string(i) + ":80");
      balancer.add(targets[i], false, 1);
    }
  }
  std::size_t pick(std::int64_t now, std::optional<std::uint64_t> key = {}) {
    return static_cast<std::size_t>(balancer.pick(now, key, none) - targets.data());
  }
  std::vector<int> shares(int picks, std::int64_t now) {
    std::vector<int> out(targets.size());
    for (int i = 0; i < picks; ++i) ++out[pick(now)];
    return out;
  }
  Balancer balancer;
  std::vector<Target> targets;
};

TEST(Balancer, round_robin_gives_each_its_turn) { EXPECT_EQ(Field({}).shares(30, 1), (std::vector<int>{10, 10, 10})); }

TEST(Balancer, least_requests_takes_who_has_least_to_do) {
  Field field({.by = BalanceBy::least_requests});
  field.targets[0].in_flight = 3;
  field.targets[1].in_flight = 1;
  field.targets[2].in_flight = 2;
  EXPECT_EQ(field.pick(1), 1u);
  field.targets[1].in_flight = 9;
  EXPECT_EQ(field.pick(1), 2u);
  field.targets[0].in_flight = field.targets[1].in_flight = field.targets[2].in_flight = 0;
  EXPECT_EQ(field.shares(30, 1), (std::vector<int>{10, 10, 10}));  // equals take turns
}

TEST(Balancer, a_key_stays_where_it_is_and_only_keys_of_who_left_move) {
  Field field({.by = BalanceBy::consistent_hash}, 5);
  std::map<std::uint64_t, std::size_t> home;
  std::vector<int> load(5);
  for (std::uint64_t key = 0; key < 5'000; ++key) ++load[home[key] = field.pick(1, hash_of(std::to_string(key)))];
  for (int one : load) EXPECT_NEAR(one, 1'000, 150);
  field.balancer.remove(field.targets[2]);
  for (const auto& [key, before] : home) {
    const std::size_t now = field.pick(1, hash_of(std::to_string(key)));
    if (before != 2) EXPECT_EQ(now, before);
    else EXPECT_NE(now, 2u);
  }
}

TEST(Balancer, who_failed_in_a_row_is_left_alone_and_longer_each_time) {
  Field field({.eject_failures = 3, .eject_for = Millis(1'000), .eject_at_most = 50});
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(field.balancer.failed(field.targets[0], 100));
  field.balancer.answered(field.targets[0], 100);  // not in a row
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(field.balancer.failed(field.targets[0], 100));
  EXPECT_TRUE(field.balancer.failed(field.targets[0], 100));
  EXPECT_EQ(field.shares(20, 1'099)[0], 0);
  EXPECT_GT(field.shares(30, 1'100)[0], 0);
  for (int i = 0; i < 3; ++i) static_cast<void>(field.balancer.failed(field.targets[0], 1'200));
  EXPECT_FALSE(field.balancer.usable(field.targets[0], 3'199));
  EXPECT_TRUE(field.balancer.usable(field.targets[0], 3'200));
  field.balancer.answered(field.targets[0], 4'300);  // a good stretch: it counts from the beginning again
  EXPECT_EQ(field.targets[0].ejections, 0u);
}

TEST(Balancer, no_more_than_the_cap_are_ejected) {
  Field field({.eject_failures = 1, .eject_at_most = 50});  // one of three
  EXPECT_TRUE(field.balancer.failed(field.targets[0], 1));
  EXPECT_FALSE(field.balancer.failed(field.targets[1], 1));
  Field alone({.eject_failures = 1, .eject_at_most = 50}, 1);
  EXPECT_FALSE(alone.balancer.failed(alone.targets[0], 1));
}

TEST(Balancer, who_cannot_be_reached_is_left_alone_whatever_the_cap) {
  Field field({.eject_at_most = 0});
  field.balancer.not_reached(field.targets[0], 0);
  field.balancer.not_reached(field.targets[1], 0);
  EXPECT_EQ(field.shares(10, 999), (std::vector<int>{0, 0, 10}));
  EXPECT_TRUE(field.balancer.usable(field.targets[0], 1'000));
  field.balancer.not_reached(field.targets[0], 1'000);
  EXPECT_FALSE(field.balancer.usable(field.targets[0], 2'999));
}

TEST(Balancer, all_are_used_when_none_is_well) {
  Field field({});
  for (Target& target : field.targets) target.down = true;
  EXPECT_EQ(field.shares(30, 1), (std::vector<int>{10, 10, 10}));
}

TEST(Balancer, a_reserve_is_used_only_when_the_others_are_not_well) {
  Field field({});
  field.targets[2].reserve = true;
  EXPECT_EQ(field.shares(20, 1), (std::vector<int>{10, 10, 0}));
  field.targets[0].down = field.targets[1].down = true;
  EXPECT_EQ(field.shares(20, 1), (std::vector<int>{0, 0, 20}));
}

TEST(Balancer, none_is_tried_twice) {
  Field field({});
  std::array<Target*, 2> tried{&field.targets[0], &field.targets[2]};
  EXPECT_EQ(field.balancer.pick(1, {}, tried), &field.targets[1]);
  std::array<Target*, 3> all{&field.targets[0], &field.targets[1], &field.targets[2]};
  EXPECT_EQ(field.balancer.pick(1, {}, all), nullptr);
}

TEST(Balancer, who_is_new_or_back_begins_slowly) {
  Field field({.slow_start = Millis(10'000)}, 2);
  Target fresh;
  field.balancer.add(fresh, true, 1'000);
  EXPECT_EQ(field.balancer.weight(fresh, 1'000), 10);
  EXPECT_EQ(field.balancer.weight(fresh, 6'000), 50);
  EXPECT_EQ(field.balancer.weight(fresh, 11'000), 100);
  int turns = 0;
  for (int i = 0; i < 210; ++i) turns += field.balancer.pick(1'000, {}, none) == &fresh;
  EXPECT_EQ(turns, 10);  // 10 of 100 + 100 + 10
}

TEST(Balancer, checks_must_agree_before_it_is_down_or_up) {
  Field field({.down_after = 3, .up_after = 2});
  Target& target = field.targets[0];
  for (bool well : {false, false, true, false, false}) field.balancer.checked(target, well, 1);
  EXPECT_FALSE(target.down);
  field.balancer.checked(target, false, 1);
  EXPECT_TRUE(target.down);
  for (bool well : {true, false, true}) field.balancer.checked(target, well, 1);
  EXPECT_TRUE(target.down);
  field.balancer.checked(target, true, 1);
  EXPECT_FALSE(target.down);
}

}  // namespace
}  // namespace arint::http
