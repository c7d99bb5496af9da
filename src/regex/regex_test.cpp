// SPDX-License-Identifier: GPL-3.0-or-later
#include "regex/regex.hpp"

#include <gtest/gtest.h>

#include "regex/replacement.hpp"

namespace arint::regex {
namespace {

std::shared_ptr<const Regex> made(std::string_view pattern, Flags flags = {}) {
  Result<std::shared_ptr<const Regex>> out = Regex::compile(pattern, flags);
  EXPECT_TRUE(out.ok()) << pattern << ": " << (out ? "" : out.error().sentence);
  return out ? *out : nullptr;
}

std::string first(std::string_view pattern, std::string_view text, Flags flags = {}) {
  Match match;
  return made(pattern, flags)->match_at(text, 0, match) ? std::string(match.whole.of(text)) : "<none>";
}

std::string refusal(std::string_view pattern) {
  Result<std::shared_ptr<const Regex>> out = Regex::compile(pattern);
  return out ? "<accepted>" : out.error().sentence;
}

std::string replaced(std::string_view pattern, std::string_view text, std::string_view with) {
  std::shared_ptr<const Regex> regex = made(pattern);
  Replacement replacement(with, regex->group_count());
  std::string out;
  Match match;
  std::size_t from = 0;
  while (regex->match_at(text, from, match)) {
    out += text.substr(from, match.whole.start - from);
    replacement.append(out, text, match);
    from = match.whole.end;
  }
  return out += text.substr(from);
}

// found_in may answer without the engine; find always asks it.
TEST(Regex, RowsOfClassesAnswerAsTheEngineDoes) {
  for (const char* pattern : {"^[A-Z]{2}$", "^O-[0-9]+$", "^[^@ ]+@[^@ ]+$", "^\\d{2,4}-?\\w*$", "^a?b{0,2}c", "^[a-c-]+$", "^[\\]x]$", "^x{2,}y*$", "^$",
                              "^", "^[^a]+", "^a\\.b\\/c$", "^[a-z]+[a-z]$", "^\\D*7$", "^a+?b$", "^.+$", "^[\\w.-]+@x$", "^a{2}{3}$|^b"})
    for (const char* text : {"", "DE", "DEU", "D\u00c9", "O-12", "O-", "ann@x", "ann@x y", "\u00fcb@\u00e9", "12-ab_9", "1234", "ab", "abbc", "c", "a-b", "]", "x",
                             "xx", "xxxyy", "a.b/c", "abc", "7", "\u00e97", "\n", "aab", "a.b-c@x", "@x"}) {
      Result<std::shared_ptr<const Regex>> regex = Regex::compile(pattern);
      if (!regex) continue;
      EXPECT_EQ((*regex)->found_in(text), (*regex)->find(text).participated()) << pattern << " " << text;
    }
}

TEST(Regex, FlagsAreIAndMOnce) {
  EXPECT_TRUE(parse_flags("im")->ignore_case);
  EXPECT_TRUE(parse_flags("im")->multiline);
  EXPECT_FALSE(parse_flags("")->multiline);
  EXPECT_FALSE(parse_flags("g").ok());
  EXPECT_FALSE(parse_flags("ii").ok());
}

TEST(Regex, FindsTheLeftmostMatchAndItsGroups) {
  Match match;
  std::shared_ptr<const Regex> regex = made("(a)(x)?(b+)");
  ASSERT_TRUE(regex->match_at("zzabbb", 0, match));
  EXPECT_EQ(match.whole.start, 2u);
  EXPECT_EQ(match.whole.end, 6u);
  ASSERT_EQ(match.groups.size(), 3u);
  EXPECT_EQ(match.groups[0].of("zzabbb"), "a");
  EXPECT_FALSE(match.groups[1].participated());
  EXPECT_EQ(match.groups[2].of("zzabbb"), "bbb");
  EXPECT_FALSE(regex->match_at("zzabbb", 3, match));
}

TEST(Regex, AMatchFromTheMiddleStillSeesWhatStandsBefore) {
  EXPECT_FALSE(made("^b")->find("ab", 1).participated());
  EXPECT_FALSE(made("\\bb")->find("ab", 1).participated());
  EXPECT_TRUE(made("b$")->find("ab", 1).participated());
}

TEST(Regex, AnEmptyTextAndAnEmptyMatchArePlaces) {
  Match match;
  ASSERT_TRUE(made("x*")->match_at(std::string_view(), 0, match));
  EXPECT_TRUE(match.whole.participated());
  EXPECT_TRUE(match.whole.empty());
  ASSERT_TRUE(made("(x*)y")->match_at("y", 0, match));
  EXPECT_TRUE(match.groups[0].participated());
  EXPECT_TRUE(match.groups[0].empty());
  EXPECT_FALSE(made("x")->find("abc", 17).participated());
}

TEST(Regex, FlagsChangeTheMatch) {
  EXPECT_EQ(first("hello", "HeLLo"), "<none>");
  EXPECT_EQ(first("hello", "HeLLo", {.ignore_case = true}), "HeLLo");
  EXPECT_EQ(first("^b", "a\nb"), "<none>");
  EXPECT_EQ(first("^b", "a\nb", {.multiline = true}), "b");
  EXPECT_EQ(first("a$", "a\n"), "<none>");
  EXPECT_EQ(first("a.b", "a\nb"), "<none>");
  EXPECT_EQ(first("a.b", "a\nb", {.dot_all = true}), "a\nb");
}

TEST(Regex, TheDotIsNoLineBreakOfUnicodeEither) {
  EXPECT_EQ(first("a.b", "a\rb"), "<none>");
  EXPECT_EQ(first("a.b", "a\u2028b"), "<none>");
  EXPECT_EQ(first("a.b", "aäb"), "aäb");
}

TEST(Regex, SpaceIsUnicodeSpaceDigitsAndWordsAreAscii) {
  EXPECT_EQ(first("a\\sb", "a\u00a0b"), "a\u00a0b");
  EXPECT_EQ(first("a\\sb", "a\u3000b"), "a\u3000b");
  EXPECT_EQ(first("\\S+", "\u2003ab\v"), "ab");
  EXPECT_EQ(first("[\\S]+", "\u2003ab\v"), "ab");
  EXPECT_EQ(first("[^\\s]+", "\u2003ab\v"), "ab");
  EXPECT_EQ(first("\\d+", "٣4"), "4");
  EXPECT_EQ(first("\\w+", "äb_1"), "b_1");
  EXPECT_EQ(first("[\\D]+", "1ab2"), "ab");
  EXPECT_EQ(first("\\W+", "a-[]^`{2"), "-[]^`{");
}

TEST(Regex, EscapesOfEcmaScript) {
  EXPECT_EQ(first("\\/\\-\\\"", "a/-\""), "/-\"");
  EXPECT_EQ(first("\\x41\\u0042\\u{43}", "xABC"), "ABC");
  EXPECT_EQ(first("\\uD83D\\uDE00", "😀"), "😀");
  EXPECT_EQ(first("[\\uD83D\\uDE00-\\uD83D\\uDE05]", "😃"), "😃");
  EXPECT_EQ(first("\\a\\z\\Q", "azQ"), "azQ");  // letters that mean something to RE2 only
  EXPECT_EQ(first("\\cJ", "a\n"), "\n");
  EXPECT_EQ(first("[\\b]", "a\b"), "\b");
  EXPECT_EQ(first("\\t\\n\\v\\f\\r", "\t\n\v\f\r"), "\t\n\v\f\r");
  EXPECT_EQ(first("a\\0", std::string_view("a\0", 2)), std::string("a\0", 2));
}

TEST(Regex, PropertiesOfUnicode) {
  EXPECT_EQ(first("\\p{L}+", "1äß2"), "äß");
  EXPECT_EQ(first("\\p{Letter}+", "1äß2"), "äß");
  EXPECT_EQ(first("^\\p{digit}+$", "৪২"), "৪২");
  EXPECT_EQ(first("\\p{Script=Greek}+", "aαβ"), "αβ");
  EXPECT_EQ(first("[^\\P{Lu}]+", "aÄB"), "ÄB");
  EXPECT_NE(refusal("\\p{Emoji=Yes}").find("property"), std::string::npos);
  EXPECT_NE(refusal("\\p{Nonsense}").find("regular expression"), std::string::npos);
}

TEST(Regex, ClassesOfEcmaScript) {
  EXPECT_EQ(first("[[a]", "["), "[");
  EXPECT_EQ(first("[a-]+", "-a"), "-a");
  EXPECT_EQ(first("[\\w-.]+", "a-.b"), "a-.b");
  EXPECT_EQ(first("[^]", "\n"), "\n");
  EXPECT_EQ(first("a[]", "a"), "<none>");
  EXPECT_EQ(first("[[:alpha:]", "x:"), ":");
  EXPECT_EQ(first("[\\uD800-\\uDFFF]", "x"), "<none>");
  EXPECT_EQ(first("[a-z&&[b]]", "&]"), "&]");
}

TEST(Regex, BracesThatCountNothingAreCharacters) {
  EXPECT_EQ(first("a{2}", "aaa"), "aa");
  EXPECT_EQ(first("a{2,}?", "aaa"), "aa");
  EXPECT_EQ(first("a{,2}", "a{,2}"), "a{,2}");
  EXPECT_EQ(first("{}]", "{}]"), "{}]");
  EXPECT_EQ(first("(?:a|b){2,3}", "abab"), "aba");
}

TEST(Regex, NamedGroupsCountLikeTheOthers) {
  Match match;
  std::string_view text = "2024-05";
  ASSERT_TRUE(made("(?<year>\\d{4})-(?<month>\\d\\d)")->match_at(text, 0, match));
  EXPECT_EQ(match.groups[1].of(text), "05");
}

TEST(Regex, WhatNeedsBacktrackingIsRefusedInWords) {
  EXPECT_NE(refusal("(a)\\1").find("backreference \\1"), std::string::npos);
  EXPECT_NE(refusal("(?<n>a)\\k<n>").find("backreference"), std::string::npos);
  EXPECT_NE(refusal("a(?=b)").find("look-ahead"), std::string::npos);
  EXPECT_NE(refusal("a(?!b)").find("look-ahead"), std::string::npos);
  EXPECT_NE(refusal("(?<=a)b").find("look-behind"), std::string::npos);
  EXPECT_NE(refusal("(?<!a)b").find("look-behind"), std::string::npos);
}

TEST(Regex, WrongPatternsSayWhere) {
  EXPECT_NE(refusal("a)").find("byte 1"), std::string::npos);
  EXPECT_NE(refusal("(a").find("not closed"), std::string::npos);
  EXPECT_NE(refusal("[a").find("not closed"), std::string::npos);
  EXPECT_NE(refusal("*a").find("nothing to repeat"), std::string::npos);
  EXPECT_NE(refusal("^*").find("nothing to repeat"), std::string::npos);
  EXPECT_NE(refusal("a**").find("nothing to repeat"), std::string::npos);
  EXPECT_NE(refusal("[b-a]").find("backwards"), std::string::npos);
  EXPECT_NE(refusal("a\\").find("backslash"), std::string::npos);
  EXPECT_NE(refusal("(?i:a)").find("unknown kind of group"), std::string::npos);
  EXPECT_NE(refusal("a{3,2}").find("regular expression"), std::string::npos);
  EXPECT_NE(refusal("a{1001}").find("1000 times"), std::string::npos);
  EXPECT_NE(refusal("\xff").find("UTF-8"), std::string::npos);
  EXPECT_NE(refusal(std::string(20'000, 'a')).find("longer"), std::string::npos);
}

TEST(Regex, APatternThatIsTooLargeIsRefused) {
  Result<std::shared_ptr<const Regex>> out = Regex::compile("(?:\\w{1,999}){1,1}", {}, {.memory_bytes = 64 * 1024});
  ASSERT_FALSE(out.ok());
  EXPECT_NE(out.error().sentence.find("memory"), std::string::npos);
}

TEST(Regex, HostilePatternsStayLinear) {
  std::string text(50'000, 'a');
  EXPECT_FALSE(made("^(a+)+$")->found_in(text + "b"));
  EXPECT_FALSE(made("(x+x+)+y")->found_in(std::string(50'000, 'x')));
}

TEST(Replacement, DollarNumbersAsJsonataReadsThem) {
  EXPECT_EQ(replaced("\\s*,\\s*", "a , b,c", "-"), "a-b-c");
  EXPECT_EQ(replaced("(\\w)(\\w)", "abcd", "$2$1"), "badc");
  EXPECT_EQ(replaced("\\d", "a1b2", "<$0>"), "a<1>b<2>");
  EXPECT_EQ(replaced("\\d", "a1", "$$0"), "a$0");
  EXPECT_EQ(replaced("\\d", "a1", "$x$"), "a$x$");
  EXPECT_EQ(replaced("\\d", "a1", "[$1]"), "a[]");           // no groups: $ and one digit vanish
  EXPECT_EQ(replaced("(a)", "a", "$12"), "a2");              // one group: one digit
  EXPECT_EQ(replaced("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)(l)", "abcdefghijkl", "$12-$13-$2x"), "l-a3-bx");
  EXPECT_EQ(replaced("(a)|(b)", "b", "[$1$2]"), "[b]");       // a group that took no part is empty
}

TEST(Split, GivesThePiecesBetween) {
  Pieces pieces = split(*made(",\\s*"), "a, b,c");
  EXPECT_EQ(pieces.list, (std::vector<std::string_view>{"a", "b", "c"}));
  EXPECT_EQ(split(*made(","), "a,b,c", 2).list, (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ(split(*made(","), "").list, (std::vector<std::string_view>{""}));
  EXPECT_EQ(split(*made(","), ",").list, (std::vector<std::string_view>{"", ""}));
  EXPECT_TRUE(split(*made("x*"), "abc").empty_match);
}

}  // namespace
}  // namespace arint::regex
