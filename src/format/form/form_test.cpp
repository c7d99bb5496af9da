// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/form/form.hpp"

#include <gtest/gtest.h>

#include "format/json/json.hpp"

namespace arint::format::form {
namespace {

using document::Arena;
using document::Value;

std::string to_json(std::string_view text, ReadOptions options = {}) {
  Arena arena;
  Result<Value> read = make()->read(text, options, arena);
  if (!read) return read.error().sentence;
  std::string out;
  EXPECT_TRUE(json::write(*read, out).ok());
  return out;
}

std::string from_json(std::string_view text) {
  Arena arena;
  std::string out;
  Result<void> written = make()->write(*json::read(text, arena), {}, out);
  return written ? out : written.error().sentence;
}

TEST(Form, reads_as_browsers_write) {
  EXPECT_EQ(to_json("a=1&b=x+y%20%C3%A9&&c&=d&e==%3D&"), "{\"a\":\"1\",\"b\":\"x y \xC3\xA9\",\"c\":\"\",\"\":\"d\",\"e\":\"==\"}");
  EXPECT_EQ(to_json("a=1&b=2&a=3&%61=4"), R"({"a":["1","3","4"],"b":"2"})");
  EXPECT_EQ(to_json(""), "{}");
  EXPECT_EQ(to_json("a=%E9", {.charset = "iso-8859-1"}), "{\"a\":\"\xC3\xA9\"}");
}

TEST(Form, refuses_broken_escapes_and_what_is_not_utf8) {
  EXPECT_EQ(to_json("a=1&b=%4"), "form, line 1, column 7 (byte 6): found \"%4\", expected two hex digits after the percent sign");
  EXPECT_EQ(to_json("a=%zz").substr(0, 15), "form, line 1, c");
  EXPECT_EQ(to_json("a=%FF"), "form, line 1, column 3 (byte 2): byte 0: found 0xff, which begins no character of utf-8");
}

TEST(Form, writes_one_way) {
  EXPECT_EQ(from_json("{\"a b\":\"x y&\xC3\xA9~*\",\"n\":[1,true,null],\"e\":\"\"}"), "a+b=x+y%26%C3%A9%7E*&n=1&n=true&n=&e=");
  EXPECT_EQ(from_json(R"({"a":{"b":1}})"), "form, at a: found an object with 1 member, expected a text, a number or another single value");
  EXPECT_EQ(from_json("[1]"), "form, at the document itself: found an array of 1 item, expected an object");
  std::string all = "a=%00%0A&b=%F0%9F%98%80";
  EXPECT_EQ(from_json(to_json(all)), all);
}

}  // namespace
}  // namespace arint::format::form
