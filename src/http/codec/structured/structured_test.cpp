// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/codec/structured/structured.hpp"

#include <gtest/gtest.h>

namespace arint::http::structured {
namespace {

// What it is written as, or "!" when it is refused.
template <class T>
std::string again(const Result<T>& parsed) {
  if (!parsed) return "!";
  Result<std::string> written = serialize(*parsed);
  return written ? *written : "?";
}
std::string item(std::string_view text) { return again(parse_item(text)); }
std::string list(std::string_view text) { return again(parse_list(text)); }
std::string dictionary(std::string_view text) { return again(parse_dictionary(text)); }

TEST(Structured, ItemsOfEveryType) {
  EXPECT_EQ(item(" 42 "), "42");
  EXPECT_EQ(item("-0"), "0");
  EXPECT_EQ(item("1.50"), "1.5");
  EXPECT_EQ(item("-1.0"), "-1.0");
  EXPECT_EQ(item("\"a\\\"b\\\\\""), "\"a\\\"b\\\\\"");
  EXPECT_EQ(item("*a/b:c;q=1.0;b"), "*a/b:c;q=1.0;b");
  EXPECT_EQ(item(":aGk=:"), ":aGk=:");
  EXPECT_EQ(item(":aGk:"), ":aGk=:");
  EXPECT_EQ(item("?0"), "?0");
  EXPECT_EQ(item("@-1"), "@-1");
  EXPECT_EQ(item("%\"f%c3%bc\""), "%\"f%c3%bc\"");
  EXPECT_EQ(parse_item("12.345")->value.number, 12'345);
}

TEST(Structured, WhatIsNoItemIsRefused) {
  for (const char* bad : {"", " ", "1234567890123456", "1234567890123.0", "1.", "1.2345", "-", "--1", "+1", "\"a", "\"a\n\"", "\"\\n\"", "?2", "?", "@1.5", "@", ":a b:", ":a",
                          "%\"%C3%BC\"", "%\"%c3\"", "%a", "a b", "1,2", "a;B=1", "a;=1", "\t1"})
    EXPECT_EQ(item(bad), "!") << bad;
}

TEST(Structured, ListsAndInnerLists) {
  EXPECT_EQ(list(""), "");
  EXPECT_EQ(list("a , b\t,c"), "a, b, c");
  EXPECT_EQ(list("( a  b;x );y=1, ()"), "(a b;x);y=1, ()");
  for (const char* bad : {",", "a,", "a,,b", "a b", "(a", "(a,b)", "(a\tb)", "((a))", "a;b,", "(a)(b)"}) EXPECT_EQ(list(bad), "!") << bad;
}

TEST(Structured, DictionariesKeepTheLastOfAName) {
  EXPECT_EQ(dictionary("a=1, b;x, c=(1 2), a=3"), "a=3, b;x, c=(1 2)");
  EXPECT_EQ(dictionary("a=?1;x, b=?0"), "a;x, b=?0");
  for (const char* bad : {"A=1", "a=", "a =1", "a=1,", "a=1 b=2", "=1", "1=a"}) EXPECT_EQ(dictionary(bad), "!") << bad;
  EXPECT_EQ(find(*parse_dictionary("a=1, b=2"), "b")->value.number, 2);
  EXPECT_EQ(find(*parse_dictionary("a=1"), "b"), nullptr);
}

TEST(Structured, WhatCannotBeWrittenIsRefused) {
  for (const Bare& bad : {integer(1'000'000'000'000'000), string("\x7f"), string("\xc3\xbc"), token("1a"), token(""), token("a b"), Bare{Type::display, 0, "\xff"}})
    EXPECT_FALSE(serialize(Item{bad, {}})) << bad.text;
  EXPECT_FALSE(serialize(Item{integer(1), {{"A", integer(1)}}}));
  EXPECT_FALSE(serialize(Dictionary{{"", Member{}}}));
}

TEST(Structured, CountsAreCapped) {
  std::string many, more;
  for (int i = 0; i < 1024; ++i) many += i ? ",a" : "a";
  EXPECT_TRUE(parse_list(many).ok());
  EXPECT_FALSE(parse_list(many + ",a"));
  EXPECT_FALSE(parse_dictionary(std::string(65, 'a')));
}

}  // namespace
}  // namespace arint::http::structured
