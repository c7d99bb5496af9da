// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/json/json.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

#include "base/text.hpp"
#include "document/value.hpp"

namespace arint::format::json {
namespace {

using document::Arena;
using document::Value;

// What reading and writing makes of a text: the written text, or the fault's sentence.
std::string again(std::string_view text, Options options = {}, ReadOptions read_options = {}) {
  Arena arena;
  Result<Value> read = json::read(text, arena, read_options, options);
  if (!read) return read.error().sentence;
  std::string out;
  Result<void> written = json::write(*read, out, {}, options);
  return written ? out : written.error().sentence;
}

TEST(Json, keeps_order_digits_and_structure) {
  EXPECT_EQ(again(R"( { "b" : [1, 2.50, -0, true, false, null, "x"] , "a" : {} , "c" : [] } )"),
            R"({"b":[1,2.50,-0,true,false,null,"x"],"a":{},"c":[]})");
  EXPECT_EQ(again("1e999999"), "1e999999");
  EXPECT_EQ(again("-0.0E-0"), "-0.0E-0");
  std::string digits(200, '7');
  EXPECT_EQ(again(digits), digits);
  for (const char* edge : {"999999999999999999", "1000000000000000000", "-9223372036854775809", "123456789012345678", "12345678", "123456789"})
    EXPECT_EQ(again(edge), edge);
}

TEST(Json, short_integers_are_integers) {
  Arena arena;
  EXPECT_TRUE(read("123456789012345678", arena)->holds_integer());
  EXPECT_EQ(read("123456789012345678", arena)->as_integer(), 123456789012345678);
  EXPECT_EQ(read("[-12345678,1]", arena)->items()[0].as_integer(), -12345678);
  EXPECT_TRUE(read("1234567890123456789", arena)->holds_written());
}

TEST(Json, text_without_escapes_is_a_slice_of_the_input) {
  Arena arena;
  std::string text = R"({"name":"plain","other":"with\nescape"})";
  Value value = *read(text, arena);
  EXPECT_EQ(value.get("name").as_text().data(), text.data() + 9);
  EXPECT_EQ(value.get("other").as_text(), "with\nescape");
}

TEST(Json, escapes_of_every_kind_and_length) {
  EXPECT_EQ(again(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00\u0000\u001f")"),
            "\"\\\"\\\\/\\b\\f\\n\\r\\tA\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\\u0000\\u001f\"");
  for (std::size_t length = 0; length < 600; ++length) {
    std::string plain(length, 'x'), text = "\"" + plain + "\\n" + plain + "\"";
    EXPECT_EQ(again(text), text) << length;
    EXPECT_EQ(again("[" + text + ",      1]"), "[" + text + ",1]") << length;
    std::string wide = "\"" + plain + "\xC3\xA9\\t" + plain + "\"";
    EXPECT_EQ(again(wide), wide) << length;
  }
}

TEST(Json, lone_surrogates_survive) {
  EXPECT_EQ(again(R"("\ud800")"), R"("\ud800")");
  EXPECT_EQ(again(R"("a\udfffb")"), R"("a\udfffb")");
  EXPECT_EQ(again(R"("\ud83d\ud83d\ude00\ude00")"), "\"\\ud83d\xF0\x9F\x98\x80\\ude00\"");
  EXPECT_EQ(again("\"\xED\xA0\x80-\\n\xED\xBF\xBF\""), R"("\ud800-\n\udfff")");
  EXPECT_EQ(again("\"\\ud83d\xED\xB8\x80\""), "JSON, line 1, column 2 (byte 1): found \"\\\\ud83d\\xed\\xb8\\x80\", expected valid UTF-8");
  Arena arena;
  EXPECT_EQ(read(R"("\ud800")", arena)->as_text(), "\xED\xA0\x80");
}

TEST(Json, invalid_utf8_of_every_class_is_refused) {
  for (std::string bad : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC3", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xE2\x82", "\xED\xA0", "\xED\xA0\xBD\xED\xB8\x80",
                          "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF0\x9F\x98", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF"})
    for (std::string around : {"", "a long text of more than sixteen bytes"}) {
      EXPECT_NE(again("\"" + around + bad + around + "\"").find("expected valid UTF-8"), std::string::npos) << hex(bad);
      EXPECT_NE(again("\"\\n" + around + bad + around + "\"").find("expected valid UTF-8"), std::string::npos) << hex(bad);
      EXPECT_NE(again("{\"" + bad + "\":1}").find("expected valid UTF-8"), std::string::npos) << hex(bad);
    }
  EXPECT_EQ(again("\"\\n\x80\""), "JSON, line 1, column 4 (byte 3): found \"\\x80\", expected valid UTF-8");
}

TEST(Json, says_where_what_was_found_and_what_was_expected) {
  EXPECT_EQ(again("{\n  \"a\": [1, 2,]\n}"), "JSON, line 2, column 14 (byte 15): found \"]\", expected a value");
  EXPECT_EQ(again("{\"\xC5\x81\": tru}"), "JSON, line 1, column 7 (byte 7): found \"tru\", expected a value");
  EXPECT_EQ(again("{\"a\" 1}"), "JSON, line 1, column 6 (byte 5): found \"1\", expected \":\" after the name");
  EXPECT_EQ(again("{\"a\":1"), "JSON, line 1, column 7 (byte 6): found the end of the document, expected \",\" or \"}\"");
  EXPECT_EQ(again(""), "JSON, line 1, column 1 (byte 0): found the end of the document, expected a value");
  EXPECT_EQ(again("[01]"), "JSON, line 1, column 3 (byte 2): found \"1\", expected no digit after a leading zero");
  EXPECT_EQ(again("1 2"), "JSON, line 1, column 3 (byte 2): found \"2\", expected the end of the document");
  EXPECT_EQ(again("\"\\x\""), "JSON, line 1, column 2 (byte 1): found \"\\\\x\", expected one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
  EXPECT_EQ(again("\"a\nb\""), "JSON, line 1, column 3 (byte 2): found \"\\n\", expected a character that may stand in a string (control characters are written as escapes)");
  EXPECT_LT(again("[" + std::string(1'000'000, 'x')).size(), 160u);
}

TEST(Json, a_byte_order_mark_is_skipped_only_at_the_start) {
  EXPECT_EQ(again("\xEF\xBB\xBF{}"), "{}");
  EXPECT_NE(again("[\xEF\xBB\xBF]").find("expected a value"), std::string::npos);
}

TEST(Json, nesting_is_limited_and_never_a_stack_overflow) {
  std::string open(1'000'000, '[');
  EXPECT_EQ(again(open), "JSON, line 1, column 1001 (byte 1000): nested deeper than the 1000 levels allowed");
  std::string objects;
  for (int i = 0; i < 200'000; ++i) objects += "{\"a\":";
  EXPECT_NE(again(objects).find("nested deeper"), std::string::npos);
  std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  Arena arena;
  Result<Value> read = json::read(deep, arena, {.depth = 2'000'000});
  ASSERT_TRUE(read.ok());
  std::string out;
  EXPECT_FALSE(write(*read, out).ok());
  EXPECT_EQ(out, "");
  ASSERT_TRUE(write(*read, out, {.depth = 2'000'000}).ok());
  EXPECT_EQ(out, deep);
}

TEST(Json, of_equal_names_the_last_wins_at_the_place_of_the_first) {
  EXPECT_EQ(again(R"({"a":1,"b":2,"a":3})"), R"({"a":3,"b":2})");
  EXPECT_EQ(again(R"({"a":1,"\u0061":2})"), R"({"a":2})");
  EXPECT_EQ(again(R"({"":1,"":2,"c":3,"":4})"), R"({"":4,"c":3})");
  // The second object has the names of the first, then one of them again.
  EXPECT_EQ(again(R"([{"a":1,"b":2},{"a":1,"b":2,"a":3},{"a":4,"a":5}])"), R"([{"a":1,"b":2},{"a":3,"b":2},{"a":5}])");
  Options refuse{.duplicate_keys = Duplicates::refuse};
  EXPECT_EQ(again(R"({"a":1,"b":2,"a":3})", refuse),
            "JSON, line 1, column 15 (byte 14): the name \"a\" repeats in one object, and repeats are refused here");
  EXPECT_EQ(again(R"([{"a":1},{"a":1,"b":2}])", refuse), R"([{"a":1},{"a":1,"b":2}])");
}

TEST(Json, many_names_are_compared_in_linear_time) {
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) text += "\"name" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  text += "\"name7\":\"last\"}";
  Arena arena;
  Result<Value> read = json::read(text, arena);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->size(), 100'000u);
  EXPECT_EQ(read->members()[7].value.as_text(), "last");
}

TEST(Json, names_foreseen_from_the_last_object_are_never_mistaken) {
  // The name `a\` looks like the beginning of `a\"b` in the bytes.
  EXPECT_EQ(again(R"([{"a\\":1},{"a\\":2},{"a\"b":3},{"a\\":4,"x":5}])"), R"([{"a\\":1},{"a\\":2},{"a\"b":3},{"a\\":4,"x":5}])");
  EXPECT_EQ(again(R"([{"ab":1},{"a":2},{"abc":3},{},{"ab":4},{"ab":5,"ab":6}])"), R"([{"ab":1},{"a":2},{"abc":3},{},{"ab":4},{"ab":6}])");
  std::string long_name(100, 'n'), longer = long_name + "m";
  std::string text = "[{\"" + long_name + "\":1},{\"" + long_name + "\":2},{\"" + longer + "\":3}]";
  EXPECT_EQ(again(text), text);
}

TEST(Json, comments_are_an_option) {
  Options comments{.comments = true};
  EXPECT_EQ(again("// head\n{ /* a */ \"a\" /**/ : // x\n [1, /* , */ 2] } // end", comments), R"({"a":[1,2]})");
  EXPECT_NE(again("{} /* open", comments).find("expected the end of the document"), std::string::npos);
  EXPECT_NE(again("/**/1").find("expected a value"), std::string::npos);
}

TEST(Json, the_arena_limit_is_a_fault) {
  Arena arena(100'000);
  std::string text = "[" + std::string(100'000, '0');
  for (std::size_t i = 2; i < text.size(); i += 2) text[i] = ',';
  EXPECT_EQ(read(text, arena).error().sentence, "JSON: the document needs more memory than the 100000B allowed for it");
}

TEST(Json, writes_pretty) {
  EXPECT_EQ(again(R"({"a":[1,{"b":[]}],"c":{}})", {.pretty = true}), "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": {}\n}");
}

// RFC 8785, section 3.2.3 and appendix B.
TEST(Json, writes_canonical) {
  Options canonical{.canonical = true};
  EXPECT_EQ(again("{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}", canonical),
            "{\"\\r\":2,\"1\":4,\"\xC2\x80\":6,\"\xC3\xB6\":7,\"\xE2\x82\xAC\":1,\"\xF0\x9F\x98\x80\":5,\"\xEF\xAC\xB3\":3}");
  EXPECT_EQ(again("[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001,-0,9007199254740993,1.0]", canonical),
            "[333333333.3333333,1e+30,4.5,0.002,1e-27,0,9007199254740992,1]");
  EXPECT_EQ(again(R"({"a":[0,{"b":1e999}]})", canonical), "JSON, at a[1].b: the number 1e999 is too large for canonical JSON");
  EXPECT_EQ(again(R"(["\ud800"])", canonical), "JSON, at [0]: canonical JSON cannot hold half of a surrogate pair");
}

// RFC 8785, appendix B: the bits of a double, and how it is written. (Infinity and NaN are not JSON.)
TEST(Json, canonical_numbers_of_the_rfc) {
  constexpr std::pair<std::uint64_t, const char*> numbers[] = {
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555554, "333333333.33333325"},
      {0x41b3de4355555555, "333333333.3333333"},
      {0x41b3de4355555556, "333333333.3333334"},
      {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"},
  };
  for (const auto& [bits, text] : numbers) {
    std::string out;
    ASSERT_TRUE(write(Value::real(std::bit_cast<double>(bits)), out, {}, {.canonical = true}).ok());
    EXPECT_EQ(out, text);
  }
  std::string out;
  EXPECT_FALSE(write(Value::real(std::numeric_limits<double>::infinity()), out, {}, {.canonical = true}).ok());
  EXPECT_FALSE(write(Value::real(std::numeric_limits<double>::quiet_NaN()), out, {}, {.canonical = true}).ok());
}

// RFC 8785, section 3.2.2 and 3.2.3: strings and sorting together.
TEST(Json, canonical_document_of_the_rfc) {
  EXPECT_EQ(again(R"({"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]})", {.canonical = true}),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
            "\"string\":\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

TEST(Json, a_value_it_cannot_hold_is_named_by_its_place) {
  int function = 0;
  Value items[] = {Value::integer(1), Value::opaque(&function)};
  document::Member members[] = {{"a b", Value::array(items)}, {"gone", Value()}};
  std::string out = "before";
  EXPECT_EQ(write(Value::object(members), out).error().sentence, "JSON, at `a b`[1]: a function has no place in a document");
  EXPECT_EQ(out, "before");
  items[1] = Value::text("\xFFtext");
  EXPECT_EQ(write(Value::object(members), out).error().sentence, "JSON, at `a b`[1]: the text is not valid UTF-8: \"\\xfftext\"");
  items[1] = Value();
  ASSERT_TRUE(write(Value::object(members), out).ok());
  EXPECT_EQ(out, "before{\"a b\":[1,null]}");
  EXPECT_FALSE(write(Value(), out).ok());
  out.clear();
  ASSERT_TRUE(write(Value::bytes("\xFF\x00z"), out).ok());
  EXPECT_EQ(out, "\"/w==\"");
  EXPECT_FALSE(write(Value::array(items), out, {.limit_bytes = 3}).ok());
}

TEST(Json, lines) {
  Options lines{.lines = true};
  EXPECT_EQ(again("{\"a\":1}\n\r\n [2]\r\n\"x\"", lines), "{\"a\":1}\n[2]\n\"x\"\n");
  EXPECT_EQ(again("1\n{\"a\":\n2}", lines), "JSON, line 2, column 6 (byte 7): found the end of the line, expected a value");
  EXPECT_EQ(again("", lines), "");
  lines.pretty = true;
  EXPECT_EQ(again("[1]\n{}", lines), "[1]\n{}\n");
}

// Any tree that can be written reads back the same, whatever the way of writing.
TEST(Json, round_trip_of_random_trees) {
  std::mt19937 random(20261124);
  Arena arena;
  auto text = [&] {
    std::string out;
    for (std::size_t n = random() % 40; n > 0; --n) append_utf8(out, random() % 5 ? 1 + random() % 126 : random() % 0x10000);
    return arena.copy(valid_utf8(out) ? out : "");
  };
  std::function<Value(int)> any = [&](int depth) -> Value {
    switch (random() % (depth ? 9 : 7)) {
      case 0: return Value::null();
      case 1: return Value::boolean(random() % 2);
      case 2: return Value::integer(static_cast<std::int64_t>(random()) - 2'000'000'000);
      case 3: return Value::real(std::ldexp(static_cast<double>(random()) - 2e9, static_cast<int>(random() % 200) - 100));
      case 4: return Value::written("123456789012345678901234567890.5e-7");
      case 5: case 6: return Value::text(text());
      case 7: {
        std::vector<Value> items(random() % 6);
        for (Value& item : items) item = any(depth - 1);
        return document::array_of(arena, items);
      }
      default: {
        Value out = Value::object({});
        for (std::size_t n = random() % 24; n > 0; --n) out = document::with_member(arena, out, text(), any(depth - 1));
        return out;
      }
    }
  };
  for (int i = 0; i < 2000; ++i) {
    arena.reset();
    Value value = any(4);
    for (bool pretty : {false, true}) {
      std::string first, second;
      ASSERT_TRUE(write(value, first, {}, {.pretty = pretty}).ok());
      Result<Value> back = read(first, arena);
      ASSERT_TRUE(back.ok()) << back.error().sentence << first;
      EXPECT_TRUE(document::equal(value, *back)) << first;
      ASSERT_TRUE(write(*back, second, {}, {.pretty = pretty}).ok());
      EXPECT_EQ(first, second);
    }
  }
}

}  // namespace
}  // namespace arint::format::json
