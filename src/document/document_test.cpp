// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "document/value.hpp"

namespace arint::document {
namespace {

std::string number(const Value& v) {
  std::string out;
  v.append_number(out);
  return out;
}

TEST(Value, is_sixteen_bytes) {
  EXPECT_EQ(sizeof(Value), 16u);
  EXPECT_EQ(sizeof(Member), 32u);
}

TEST(Value, numbers_are_written_as_ecmascript_writes_them) {
  EXPECT_EQ(number(Value::real(0.1 + 0.2)), "0.30000000000000004");
  EXPECT_EQ(number(Value::real(1e21)), "1e+21");
  EXPECT_EQ(number(Value::real(123456789012345680000.0)), "123456789012345680000");
  EXPECT_EQ(number(Value::real(1e-7)), "1e-7");
  EXPECT_EQ(number(Value::real(0.000001)), "0.000001");
  EXPECT_EQ(number(Value::real(-0.0)), "0");
  EXPECT_EQ(number(Value::real(1.5e300)), "1.5e+300");
  EXPECT_EQ(number(Value::integer(-42)), "-42");
}

TEST(Value, digits_stay_as_written_until_calculated_with) {
  EXPECT_EQ(number(Value::written("1.00")), "1.00");
  EXPECT_EQ(number(Value::written("1e999999")), "1e999999");
  EXPECT_TRUE(equal(Value::written("1.00"), Value::integer(1)));
  EXPECT_EQ(Value::written("-1e999999").as_double(), -HUGE_VAL);
  EXPECT_EQ(Value::written("1e-999999").as_double(), 0.0);
  for (const char* digits : {"0.1", "-12.75", "0.000001", "123456789.12345", "9007199254740993.5", "-0.0", "0.30000000000000004", "1234567890123456",
                             "999999999999999", "0.00000000000001"})
    EXPECT_EQ(Value::written(digits).as_double(), std::strtod(digits, nullptr)) << digits;
  EXPECT_TRUE(std::signbit(Value::written("-0").as_double()));
}

TEST(Value, a_changed_object_shares_the_rest) {
  Arena arena;
  Value a = with_member(arena, Value(), "a", Value::integer(1));
  Value ab = with_member(arena, a, "b", Value::integer(2));
  Value changed = with_member(arena, ab, "a", Value::null());
  EXPECT_EQ(ab.get("a").as_integer(), 1);
  EXPECT_TRUE(changed.get("a").is_null());
  EXPECT_EQ(changed.members()[0].name, "a");
  EXPECT_TRUE(without_member(arena, changed, "a").get("a").is_absent());
  EXPECT_TRUE(equal(without_member(arena, ab, "c"), ab));
}

TEST(Value, equality_ignores_member_order) {
  Arena arena;
  Value ab = with_member(arena, with_member(arena, Value(), "a", Value::integer(1)), "b", Value::text("x"));
  Value ba = with_member(arena, with_member(arena, Value(), "b", Value::text("x")), "a", Value::real(1));
  EXPECT_TRUE(equal(ab, ba));
  EXPECT_FALSE(equal(ab, with_member(arena, ba, "a", Value::integer(2))));
  EXPECT_FALSE(equal(Value::null(), Value()));
}

TEST(Arena, refuses_to_grow_over_its_limit) {
  Arena arena(100'000);
  EXPECT_THROW(arena.allocate(200'000), ArenaFull);
  EXPECT_THROW(
      for (int i = 0; i < 1000; ++i) arena.allocate(1000), ArenaFull);
  EXPECT_LE(arena.used_bytes(), 100'000u);
  arena.reset();
  EXPECT_NE(arena.allocate(50'000), nullptr);
}

TEST(Arena, a_copy_outlives_what_it_was_made_from) {
  Arena keeper;
  Value kept;
  {
    Arena gone;
    std::string name = "name", text = "text";
    Value v = with_member(gone, Value(), name, Value::text(text));
    kept = copy_into(keeper, v);
    name = text = "XXXX";
  }
  EXPECT_EQ(kept.get("name").as_text(), "text");
}

}  // namespace
}  // namespace arint::document
