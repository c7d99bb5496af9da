// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/pictures/number.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace arint::mapping {
namespace {

// The number as written, or the code of what is wrong with the picture.
std::string number(double value, std::string_view picture, NumberSymbols symbols = {}) {
  Pictured<NumberPicture> compiled = NumberPicture::compile(picture, std::move(symbols));
  if (PictureError* problem = std::get_if<PictureError>(&compiled)) return problem->code;
  return std::get<NumberPicture>(compiled).format(value);
}

TEST(NumberPicture, PadsAndRoundsHalfToEven) {
  EXPECT_EQ(number(2, "000.000"), "002.000");
  EXPECT_EQ(number(123.9, "9999"), "0124");
  EXPECT_EQ(number(0.5, "0"), "0");
  EXPECT_EQ(number(1.5, "0"), "2");
  EXPECT_EQ(number(2.5, "0"), "2");
  EXPECT_EQ(number(0.125, "0.00"), "0.12");
  EXPECT_EQ(number(9.995, "0.00"), "10.00");
  EXPECT_EQ(number(0.0004, "0.00"), "0.00");
  EXPECT_EQ(number(0.575, "0%"), "58%");  // as decimals, not as 57.499999999999993
}

TEST(NumberPicture, GroupsRegularlyOrAsDrawn) {
  EXPECT_EQ(number(1234567.891, "#,##0.00"), "1,234,567.89");
  EXPECT_EQ(number(1e20, "#,######"), "100,000000,000000,000000");
  EXPECT_EQ(number(123412345678.9, "9,9,99.99"), "123412345,6,78.90");
  EXPECT_EQ(number(12345678, "##,##,##0"), "123,45,678");
  EXPECT_EQ(number(1234.56789, "9,999.999,999"), "1,234.567,890");
  EXPECT_EQ(number(12, "##,##,##0.00"), "12.00");  // no separator without digits before it
  EXPECT_EQ(number(-1, "##,##,##0"), "-1");
}

TEST(NumberPicture, OptionalDigitsAndEmptyParts) {
  EXPECT_EQ(number(0, "#"), "0");
  EXPECT_EQ(number(0, "#.##"), ".0");
  EXPECT_EQ(number(0.5, "#.##"), ".5");
  EXPECT_EQ(number(5, "#.##"), "5.0");
  EXPECT_EQ(number(5, "0.##"), "5");
}

TEST(NumberPicture, SignsAndTheirParts) {
  EXPECT_EQ(number(-6, "000"), "-006");
  EXPECT_EQ(number(-5, "0;(0)"), "(5)");
  EXPECT_EQ(number(5, "0;(0)"), "5");
  EXPECT_EQ(number(-5, "$0.00 each"), "-$5.00 each");
  NumberSymbols symbols;
  EXPECT_FALSE(symbols.set("minus-sign", "minus "));
  EXPECT_EQ(number(-5, "0", symbols), "minus 5");
}

TEST(NumberPicture, PercentAndPerMille) {
  EXPECT_EQ(number(0.14, "01%"), "14%");
  EXPECT_EQ(number(0.4857, "###.###‰"), "485.7‰");
  NumberSymbols symbols;
  EXPECT_FALSE(symbols.set("per-mille", "pm"));
  EXPECT_EQ(number(0.14, "###pm", symbols), "140pm");
}

TEST(NumberPicture, Exponents) {
  EXPECT_EQ(number(1234.5678, "00.000e0"), "12.346e2");
  EXPECT_EQ(number(1234.5678, "00.000e000"), "12.346e002");
  EXPECT_EQ(number(0.234, "0.0e0"), "2.3e-1");
  EXPECT_EQ(number(0.234, "#.00e0"), "0.23e0");
  EXPECT_EQ(number(0.234, ".00e0"), ".23e0");
  EXPECT_EQ(number(0.123, "#.e9"), "0.1e0");
  EXPECT_EQ(number(0, "0.00e0"), "0.00e0");
  EXPECT_EQ(number(-42, "0e0"), "-4e1");
  EXPECT_EQ(number(1000, "0e0"), "1e3");
  EXPECT_EQ(number(1e-300, "0e0"), "1e-300");
}

TEST(NumberPicture, OtherDigitsAndSeparators) {
  NumberSymbols circled;
  EXPECT_FALSE(circled.set("zero-digit", "⑟"));
  EXPECT_EQ(number(1234.5678, "①①.①①①e①", circled), "①②.③④⑥e②");
  NumberSymbols german;
  EXPECT_FALSE(german.set("decimal-separator", ","));
  EXPECT_FALSE(german.set("grouping-separator", "."));
  EXPECT_EQ(number(1234567.5, "#.##0,00", german), "1.234.567,50");
  EXPECT_FALSE(german.set("no-such-option", "x"));
  EXPECT_EQ(german.set("decimal-separator", "::")->code, "D3086");
  EXPECT_EQ(german.set("digit", "")->code, "D3086");
}

TEST(NumberPicture, NumbersWithoutDigits) {
  EXPECT_EQ(number(std::numeric_limits<double>::infinity(), "<0>"), "<Infinity>");
  EXPECT_EQ(number(-std::numeric_limits<double>::infinity(), "0"), "-Infinity");
  EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN(), "<0>"), "NaN");
  EXPECT_EQ(number(1e21, "#"), "1000000000000000000000");
  EXPECT_EQ(number(1.7976931348623157e308, "0").size(), 309u);
}

TEST(NumberPicture, WrongPicturesHaveTheirCodes) {
  EXPECT_EQ(number(20, "#;#;#"), "D3080");
  EXPECT_EQ(number(20, "#.0.0"), "D3081");
  EXPECT_EQ(number(20, "#0%%"), "D3082");
  EXPECT_EQ(number(20, "#0‰‰"), "D3083");
  EXPECT_EQ(number(20, "#0%‰"), "D3084");
  EXPECT_EQ(number(20, ".e0"), "D3085");
  EXPECT_EQ(number(20, ""), "D3085");
  EXPECT_EQ(number(20, "0+.e0"), "D3086");
  EXPECT_EQ(number(20, "%%"), "D3086");
  EXPECT_EQ(number(20, "---"), "D3086");
  EXPECT_EQ(number(20, "0,.e0"), "D3087");
  EXPECT_EQ(number(20, "0,"), "D3088");
  EXPECT_EQ(number(20, "0,,0"), "D3089");
  EXPECT_EQ(number(20, "0#.e0"), "D3090");
  EXPECT_EQ(number(20, "#0.#0e0"), "D3091");
  EXPECT_EQ(number(20, "#0.0e0%"), "D3092");
  EXPECT_EQ(number(20, "#0.0e0,0"), "D3093");
  EXPECT_EQ(number(20, "0e"), "D3093");
  EXPECT_EQ(number(20, "0#;0x0"), "D3090");  // the first part is told first
}

}  // namespace
}  // namespace arint::mapping
