// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/line/escape.hpp"

#include <gtest/gtest.h>

namespace arint::log {
namespace {

std::string limited(std::string_view value, std::size_t room, std::uint64_t& cut) {
  std::string out(room, '\0');
  out.resize(static_cast<std::size_t>(escape(out.data(), value, room, cut) - out.data()));
  return out;
}

TEST(Escape, PlainTextAndOtherScriptsStayAsTheyAre) {
  EXPECT_EQ(escaped("accept-order, step 12 / 3"), "accept-order, step 12 / 3");
  EXPECT_EQ(escaped("Zürich 東京 🙂"), "Zürich 東京 🙂");
  EXPECT_EQ(escaped(""), "");
}

TEST(Escape, LineFeedsQuotesAndTerminalSequencesCannotLeaveTheString) {
  EXPECT_EQ(escaped("a\nb\r\tc\"d\\e"), "a\\nb\\r\\tc\\\"d\\\\e");
  EXPECT_EQ(escaped("\x1b[31mred\x07"), "\\u001b[31mred\\u0007");
  EXPECT_EQ(escaped(std::string_view("\0\x7f", 2)), "\\u0000\\u007f");
  EXPECT_EQ(escaped("\xc2\x9b" "2J"), "\\u009b2J");                  // 8-bit CSI
  EXPECT_EQ(escaped("\xe2\x80\xa8\xe2\x80\xa9"), "\\u2028\\u2029");  // line and paragraph separator
  EXPECT_EQ(escaped("a\xe2\x80\xae" "b"), "a\\u202eb");               // right-to-left override
}

TEST(Escape, BytesThatAreNotUtf8BecomeReplacements) {
  EXPECT_EQ(escaped("a\xff\xfe" "b"), "a\\ufffd\\ufffdb");
  EXPECT_EQ(escaped("\xc3"), "\\ufffd");
  EXPECT_EQ(escaped("\xed\xa0\x80"), "\\ufffd");  // a lone surrogate is not UTF-8
  EXPECT_EQ(escaped("\xc0\xaf"), "\\ufffd\\ufffd");             // overlong slash
}

TEST(Escape, EveryPositionInAWordIsChecked) {
  for (std::size_t at = 0; at < 24; ++at)
    for (char c : {'"', '\\', '\n', '\x7f', '\x1f'}) {
      std::string text(24, 'x');
      text[at] = c;
      EXPECT_EQ(escaped(text).size(), 24 + (c == '"' || c == '\\' || c == '\n' ? 1u : 5u)) << at;
    }
}

TEST(Escape, WhatDoesNotFitIsCutAtACharacterAndCounted) {
  std::uint64_t cut = 0;
  EXPECT_EQ(limited("0123456789", 10, cut), "0123456789");
  EXPECT_EQ(cut, 0u);
  EXPECT_EQ(limited("0123456789A", 10, cut), "0123456...");
  EXPECT_EQ(cut, 4u);
  cut = 0;
  EXPECT_EQ(limited("abcdef\xe6\x9d\xb1\xe6\x9d\xb1", 10, cut), "abcdef...");  // half a character is none
  EXPECT_EQ(cut, 6u);
  cut = 0;
  EXPECT_EQ(limited("\x1b\x1b\x1b", 13, cut), "\\u001b...");
  EXPECT_EQ(cut, 2u);
  cut = 0;
  EXPECT_EQ(limited("abcdef", 2, cut), "..");
  EXPECT_EQ(cut, 6u);
  cut = 0;
  EXPECT_EQ(limited("abc", 0, cut), "");
  EXPECT_EQ(cut, 3u);
}

}  // namespace
}  // namespace arint::log
