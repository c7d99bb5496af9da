// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/pictures/integer.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "mapping/pictures/numerals.hpp"

namespace arint::mapping {
namespace {

std::string integer(double value, std::string_view picture) {
  Pictured<IntegerPicture> compiled = IntegerPicture::compile(picture);
  if (PictureError* problem = std::get_if<PictureError>(&compiled)) return problem->code;
  return std::get<IntegerPicture>(compiled).format(value);
}

std::optional<double> parsed(std::string_view text, std::string_view picture) {
  Pictured<IntegerPicture> compiled = IntegerPicture::compile(picture);
  return std::holds_alternative<PictureError>(compiled) ? std::nullopt : std::get<IntegerPicture>(compiled).parse(text);
}

TEST(IntegerPicture, DigitsPadAndGroup) {
  EXPECT_EQ(integer(123, "0000"), "0123");
  EXPECT_EQ(integer(-3, "0000"), "-0003");
  EXPECT_EQ(integer(12.6, "###0"), "12");
  EXPECT_EQ(integer(-1.5, "0"), "-2");
  EXPECT_EQ(integer(1234567890, "#,##0"), "1,234,567,890");
  EXPECT_EQ(integer(1234567890, "#:###,##0"), "1234:567,890");
  EXPECT_EQ(integer(1234567890, "##,##,##0"), "12345,67,890");
  EXPECT_EQ(integer(12, "#:###,##0"), "12");
  EXPECT_EQ(integer(1e22, "#,##0"), "10,000,000,000,000,000,000,000");
}

TEST(IntegerPicture, DigitFamilies) {
  EXPECT_EQ(integer(12340, "###١"), "١٢٣٤٠");
  EXPECT_EQ(integer(12340, "###０"), "１２３４０");
  EXPECT_EQ(integer(7, "𑁦"), "𑁭");  // Brahmi, beyond the basic plane
  EXPECT_EQ(integer(12340, "##0０"), "D3131");
  EXPECT_EQ(integer(12340, "α"), "D3130");
  EXPECT_EQ(integer(5, "#"), "D3130");
  EXPECT_EQ(integer(5, ""), "D3130");
}

TEST(IntegerPicture, Ordinals) {
  const char* expected[] = {"0th", "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "101st", "111th", "1,002nd"};
  double values[] = {0, 1, 2, 3, 4, 11, 12, 13, 21, 101, 111, 1002};
  for (std::size_t i = 0; i < std::size(values); ++i) EXPECT_EQ(integer(values[i], "#,##0;o"), expected[i]);
  EXPECT_EQ(integer(12, "w;o"), "twelfth");
  EXPECT_EQ(integer(1000000000001, "w;o"), "one trillion and first");
  EXPECT_EQ(integer(555, "W;o"), "FIVE HUNDRED AND FIFTY-FIFTH");
}

TEST(IntegerPicture, Words) {
  EXPECT_EQ(integer(0, "w"), "zero");
  EXPECT_EQ(integer(555, "Ww"), "Five Hundred and Fifty-Five");
  EXPECT_EQ(integer(-40, "W"), "-FORTY");
  EXPECT_EQ(integer(1000000000000000, "w"), "one thousand trillion");
  EXPECT_EQ(integer(1e46, "w"), "ten billion trillion trillion trillion");
  EXPECT_FALSE(integer(1.7976931348623157e308, "w").empty());
}

TEST(IntegerPicture, RomanAndLetters) {
  EXPECT_EQ(integer(0, "I"), "");
  EXPECT_EQ(integer(1984, "I"), "MCMLXXXIV");
  EXPECT_EQ(integer(99, "i"), "xcix");
  EXPECT_EQ(integer(1e9, "I"), "1000000000");  // no million letters
  EXPECT_EQ(integer(26, "a"), "z");
  EXPECT_EQ(integer(27, "a"), "aa");
  EXPECT_EQ(integer(123456, "A"), "FZPH");
}

TEST(IntegerPicture, ReadsBackWhatItWrites) {
  for (std::string_view picture : {"0", "0000", "#,##0", "##,##,##0", "###٠", "0;o", "w", "W", "Ww", "w;o", "Ww;o", "i", "I", "a", "A"})
    for (double value : {1.0, 2.0, 3.0, 12.0, 20.0, 21.0, 99.0, 100.0, 101.0, 555.0, 999.0, 1000.0, 1001.0, 3731.0, 19999.0, 327730.0})
      EXPECT_EQ(parsed(integer(value, picture), picture), value) << picture << " " << value;
  for (double value : {4327730.0, 1000000000001.0, 1234567890123.0, 1e15, 1234567890123456.0, 1e46})
    EXPECT_EQ(parsed(integer(value, "w"), "w"), value);
  EXPECT_EQ(parsed("-0003", "0000"), -3);
  EXPECT_EQ(parsed("nineteen hundred and eighty-four", "w"), 1984);
  EXPECT_EQ(parsed("", "I"), 0);
}

TEST(IntegerPicture, WhatDoesNotFitIsNothing) {
  EXPECT_FALSE(parsed("abc", "0"));
  EXPECT_FALSE(parsed("", "0"));
  EXPECT_FALSE(parsed("12abc", "0"));
  EXPECT_FALSE(parsed("12,34", "0"));
  EXPECT_FALSE(parsed("12", "0;o"));
  EXPECT_FALSE(parsed("five apples", "w"));
  EXPECT_FALSE(parsed("", "w"));
  EXPECT_FALSE(parsed("xyz", "I"));
  EXPECT_FALSE(parsed("a1", "a"));
}

}  // namespace
}  // namespace arint::mapping
