// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/decimals/decimal.hpp"

#include <gtest/gtest.h>

#include <random>

#include "mapping/decimals/limbs.hpp"

namespace arint::mapping {
namespace {

Decimal decimal(std::string_view text) { return Decimal::parse(text).value(); }

TEST(Decimal, keeps_its_digits_and_its_scale) {
  for (const char* text : {"0", "0.00", "1.10", "-1.10", "123456789012345678901234567890.123456789", "0.000000001", "1000000000", "999999999.999999999"})
    EXPECT_EQ(decimal(text).text(), text);
  EXPECT_EQ(decimal("-0.0").text(), "0.0") << "zero has no sign";
  EXPECT_EQ(decimal("007").text(), "7");
  EXPECT_EQ(decimal("1.5e3").text(), "1500");
  EXPECT_EQ(decimal("1.5E-3").text(), "0.0015");
  EXPECT_EQ(decimal("1.50e+1").text(), "15.0");
  EXPECT_EQ(decimal(std::string(200, '7')).text(), std::string(200, '7'));
  for (const char* text : {"", "-", ".5", "5.", "1e", "1e+", "+1", " 1", "1,5", "0x1", "1-2", "NaN", "--1"}) EXPECT_FALSE(Decimal::parse(text)) << text;
}

TEST(Decimal, what_is_too_long_says_so_at_once) {
  EXPECT_THROW(Decimal::parse("1e999999"), Decimal::TooLong);
  EXPECT_THROW(Decimal::parse("1e-99999999999999999999"), Decimal::TooLong);
  EXPECT_THROW(Decimal::parse(std::string(10'001, '1')), Decimal::TooLong);
  EXPECT_EQ(decimal("0e999999").text(), "0");
  const Decimal longest = decimal(std::string(Decimal::most_digits, '9'));
  EXPECT_THROW(longest.plus(decimal("1")), Decimal::TooLong);
  EXPECT_THROW(longest.times(longest), Decimal::TooLong);
  EXPECT_THROW(longest.plus(decimal("0.1")), Decimal::TooLong);
}

TEST(Decimal, adds_and_multiplies_as_on_paper) {
  EXPECT_EQ(decimal("0.1").plus(decimal("0.2")).text(), "0.3");
  EXPECT_EQ(decimal("1.10").plus(decimal("2.2")).text(), "3.30");
  EXPECT_EQ(decimal("1").plus(decimal("-1.00")).text(), "0.00");
  EXPECT_EQ(decimal("-5").plus(decimal("3")).text(), "-2");
  EXPECT_EQ(decimal("1.10").times(decimal("1.10")).text(), "1.2100");
  EXPECT_EQ(decimal("-0.5").times(decimal("0")).text(), "0.0");
  EXPECT_EQ(decimal("999999999").plus(decimal("1")).text(), "1000000000");
  EXPECT_EQ(decimal("1.0").compare(decimal("1.00")), 0);
  EXPECT_EQ(decimal("-2").compare(decimal("1")), -1);
  EXPECT_EQ(decimal("10").compare(decimal("9.99")), 1);
}

TEST(Decimal, every_rounding_at_and_around_the_half) {
  struct Case {
    const char *value, *half_even, *half_up, *up, *down, *ceiling, *floor;
  };
  for (const Case& one : {Case{"2.5", "2", "3", "3", "2", "3", "2"}, Case{"3.5", "4", "4", "4", "3", "4", "3"}, Case{"-2.5", "-2", "-3", "-3", "-2", "-2", "-3"},
                          Case{"2.4", "2", "2", "3", "2", "3", "2"}, Case{"-2.6", "-3", "-3", "-3", "-2", "-2", "-3"}, Case{"0.5", "0", "1", "1", "0", "1", "0"},
                          Case{"-0.4", "0", "0", "-1", "0", "0", "-1"}, Case{"2.0", "2", "2", "2", "2", "2", "2"}}) {
    EXPECT_EQ(decimal(one.value).rounded(0, Rounding::half_even).text(), one.half_even) << one.value;
    EXPECT_EQ(decimal(one.value).rounded(0, Rounding::half_up).text(), one.half_up) << one.value;
    EXPECT_EQ(decimal(one.value).rounded(0, Rounding::up).text(), one.up) << one.value;
    EXPECT_EQ(decimal(one.value).rounded(0, Rounding::down).text(), one.down) << one.value;
    EXPECT_EQ(decimal(one.value).rounded(0, Rounding::ceiling).text(), one.ceiling) << one.value;
    EXPECT_EQ(decimal(one.value).rounded(0, Rounding::floor).text(), one.floor) << one.value;
  }
  EXPECT_EQ(decimal("1.5").rounded(3, Rounding::half_even).text(), "1.500");
  EXPECT_EQ(decimal("1250").rounded(-2, Rounding::half_even).text(), "1200");
  EXPECT_EQ(decimal("49").rounded(-2, Rounding::half_up).text(), "0");
}

TEST(Decimal, divides_to_the_scale_that_is_asked) {
  EXPECT_EQ(decimal("10").divided_by(decimal("3"), 4, Rounding::half_even).text(), "3.3333");
  EXPECT_EQ(decimal("-20").divided_by(decimal("3"), 2, Rounding::half_up).text(), "-6.67");
  EXPECT_EQ(decimal("1").divided_by(decimal("0.0008"), 0, Rounding::half_even).text(), "1250");
  EXPECT_EQ(decimal("1.0000").divided_by(decimal("8"), 1, Rounding::up).text(), "0.2");
  EXPECT_EQ(decimal("12345").divided_by(decimal("1"), -3, Rounding::down).text(), "12000");
}

// dividend = quotient * divisor + remainder, and the remainder is smaller: nothing else fulfils both.
TEST(Decimal, long_division_is_right_for_numbers_of_any_length) {
  std::mt19937_64 random(7);
  auto number = [&](std::size_t most) {
    limbs::Limbs out;
    for (std::size_t i = 0, n = random() % most + 1; i < n; ++i) {
      // Limbs at the edges make the guess of a digit wrong.
      const std::uint32_t edges[] = {0, 1, 499'999'999, 500'000'000, 999'999'998, 999'999'999};
      out.push_back(random() % 2 ? edges[random() % 6] : static_cast<std::uint32_t>(random() % 1'000'000'000));
    }
    while (!out.empty() && out.back() == 0) out.pop_back();
    return out;
  };
  for (int i = 0; i < 20'000; ++i) {
    const limbs::Limbs dividend = number(9), divisor = number(5);
    if (divisor.empty()) continue;
    limbs::Limbs remainder;
    const limbs::Limbs quotient = limbs::quotient(dividend, divisor, remainder);
    ASSERT_LT(limbs::compare(remainder, divisor), 0);
    ASSERT_EQ(limbs::to_digits(limbs::sum(limbs::product(quotient, divisor), remainder)), limbs::to_digits(dividend));
  }
}

}  // namespace
}  // namespace arint::mapping
