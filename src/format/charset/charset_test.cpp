// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/charset/charset.hpp"

#include <gtest/gtest.h>

namespace arint::format {
namespace {

using namespace std::string_literals;

std::string decoded(std::string_view bytes, std::string_view charset, std::size_t piece = 1000) {
  Result<Decoder> decoder = Decoder::open(charset);
  if (!decoder) return decoder.error().sentence;
  std::string out;
  do {
    std::string_view some = bytes.substr(0, piece);
    bytes.remove_prefix(some.size());
    Result<void> fed = decoder->feed(some, bytes.empty(), out);
    if (!fed) return fed.error().sentence;
  } while (!bytes.empty());
  return out;
}

std::string encoded(std::string_view text, std::string_view charset) {
  std::string out;
  Result<void> done = from_utf8(text, charset, out);
  return done ? out : done.error().sentence;
}

TEST(Charset, reads_what_legacy_systems_send_however_it_is_cut) {
  for (std::size_t piece : {1u, 2u, 3u, 100u}) {
    EXPECT_EQ(decoded("caf\xE9", "iso-8859-1", piece), "caf\xC3\xA9");
    EXPECT_EQ(decoded("\x80 5", "windows-1252", piece), "\xE2\x82\xAC 5");
    EXPECT_EQ(decoded("\x93\xFA\x96\x7B", "Shift_JIS", piece), "\xE6\x97\xA5\xE6\x9C\xAC");
    EXPECT_EQ(decoded("\xFF\xFE" "a\0=\xD8\0\xDE"s, "utf-16", piece), "a\xF0\x9F\x98\x80");
    EXPECT_EQ(decoded("\xFE\xFF\0a"s, "UTF-16", piece), "a");
    EXPECT_EQ(decoded("\0a\0b"s, "utf-16", piece), "ab");
    EXPECT_EQ(decoded("\xFF\xFE" "a\0"s, "utf-16le", piece), "a");
    EXPECT_EQ(decoded("\xC1\xC2", "ibm037", piece), "AB");
    EXPECT_EQ(decoded("\xEF\xBB\xBFx\xE2\x82\xAC", "utf-8", piece), "x\xE2\x82\xAC");
    EXPECT_EQ(decoded("", "utf-16", piece), "");
  }
}

TEST(Charset, says_which_byte_is_no_character) {
  for (std::size_t piece : {1u, 2u, 100u}) {
    EXPECT_EQ(decoded("ab\xE2\x82", "utf-8", piece), "byte 2: found 0xe2, which begins no character of utf-8");
    EXPECT_EQ(decoded("abc\xED\xA0\x80", "utf-8", piece), "byte 3: found 0xed, which begins no character of utf-8");
    EXPECT_EQ(decoded("a\x81", "windows-1252", piece), "byte 1: found 0x81, which begins no character of windows-1252");
    EXPECT_EQ(decoded("\0a\xD8\0\0a"s, "utf-16be", piece), "byte 2: found 0xd8, which begins no character of utf-16be");
  }
}

TEST(Charset, unknown_names_and_iconv_suffixes_are_refused) {
  EXPECT_EQ(decoded("x", "klingon"), "the charset \"klingon\" is unknown");
  EXPECT_EQ(decoded("x", "iso-8859-1//IGNORE"), "the charset \"iso-8859-1//IGNORE\" is unknown");
  EXPECT_TRUE(known_charset("iso-8859-15"));
  EXPECT_FALSE(known_charset(""));
  EXPECT_FALSE(known_charset("../../etc/passwd"));
}

TEST(Charset, writes_only_what_the_charset_holds) {
  EXPECT_EQ(encoded("caf\xC3\xA9", "iso-8859-1"), "caf\xE9");
  EXPECT_EQ(encoded("5 \xE2\x82\xAC", "iso-8859-1"), "\"\xE2\x82\xAC\" cannot be written in iso-8859-1");
  EXPECT_EQ(encoded("a", "utf-16"), "\xFF\xFE" "a\0"s);
  EXPECT_EQ(encoded("\xE6\x97\xA5", "iso-2022-jp"), "\x1B$BF|\x1B(B");
  EXPECT_EQ(encoded("\xED\xA0\x80", "utf-16"), "\"\\xed\\xa0\\x80\" cannot be written in utf-16");
}

TEST(Charset, utf8_stays_where_it_is) {
  document::Arena arena;
  std::string_view text = "caf\xC3\xA9";
  EXPECT_EQ(to_utf8(text, "UTF-8", arena)->data(), text.data());
  EXPECT_EQ(*to_utf8("caf\xE9", "latin1", arena), text);
  EXPECT_EQ(to_utf8("caf\xE9", "", arena).error().sentence, "byte 3: found 0xe9, which begins no character of utf-8");
}

}  // namespace
}  // namespace arint::format
