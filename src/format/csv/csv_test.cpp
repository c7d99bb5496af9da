// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/csv/csv.hpp"

#include <gtest/gtest.h>

#include <random>

#include "format/json/json.hpp"

namespace arint::format::csv {
namespace {

using document::Arena;
using document::Value;

std::string to_json(std::string_view text, Options options = {}, ReadOptions read_options = {}) {
  Arena arena;
  Result<Value> read = make(options)->read(text, read_options, arena);
  if (!read) return read.error().sentence;
  std::string out;
  EXPECT_TRUE(json::write(*read, out).ok());
  return out;
}

std::string from_json(std::string_view text, Options options = {}) {
  Arena arena;
  std::string out;
  Result<void> written = make(options)->write(*json::read(text, arena), {}, out);
  return written ? out : written.error().sentence;
}

TEST(Csv, with_a_header_rows_are_objects_and_values_are_text) {
  EXPECT_EQ(to_json("a,b\r\n1,\"x \"\"y\"\", z\"\r\n007,\r\n"), R"([{"a":"1","b":"x \"y\", z"},{"a":"007","b":""}])");
  EXPECT_EQ(to_json("a,b\n\"1\n2\",3"), R"([{"a":"1\n2","b":"3"}])");
  EXPECT_EQ(to_json("a,b\r1,2\r3,4\r"), R"([{"a":"1","b":"2"},{"a":"3","b":"4"}])");
  EXPECT_EQ(to_json("a\n\n"), R"([{"a":""}])");
  EXPECT_EQ(to_json("a,b\n1,2\n\n\r\n"), R"([{"a":"1","b":"2"}])");
  EXPECT_EQ(to_json("pipe\n5\" x\n"), R"([{"pipe":"5\" x"}])");
  EXPECT_EQ(to_json(""), "[]");
  EXPECT_EQ(to_json("a,b"), "[]");
  EXPECT_EQ(to_json("\xEF\xBB\xBF" "a\n1"), R"([{"a":"1"}])");
}

TEST(Csv, without_a_header_rows_are_arrays) {
  EXPECT_EQ(to_json("1,2\n3,4\n", {.header = false}), R"([["1","2"],["3","4"]])");
  EXPECT_EQ(to_json("1,2\n3\n", {.header = false}), "CSV, line 2, column 1 (byte 4): found 1 field, expected 2 as in the first line");
}

TEST(Csv, delimiters_are_declared_or_found) {
  EXPECT_EQ(to_json("a;b\n1,5;2\n", {.delimiter = ';'}), R"([{"a":"1,5","b":"2"}])");
  for (char delimiter : {',', ';', '\t', '|'}) {
    std::string text = std::string("a") + delimiter + "\"b,;|,;|\"\n1" + delimiter + "2\n";
    EXPECT_EQ(to_json(text, {.delimiter = '\0'}), R"([{"a":"1","b,;|,;|":"2"}])");
  }
  EXPECT_EQ(to_json("a\n1,2\n", {.delimiter = '\0'}).substr(0, 11), "CSV, line 2");
  EXPECT_EQ(to_json("a,b\n'1,2',\"\n", {.quote = '\''}), R"([{"a":"1,2","b":"\""}])");
}

TEST(Csv, refuses_what_is_broken_and_says_the_line) {
  EXPECT_EQ(to_json("a,b\n1,2\n3,\"4\n5,6\n"), "CSV, line 3, column 3 (byte 10): the quote that opens here is never closed");
  EXPECT_EQ(to_json("a,b\n\"1\"x,2\n"), "CSV, line 2, column 4 (byte 7): found \"x\" after a closing quote, expected a delimiter or the end of the line");
  EXPECT_EQ(to_json("a,b\n\"1\n1\",2\n1,2,3\n"), "CSV, line 4, column 1 (byte 12): found 3 fields, expected 2 as in the header");
  EXPECT_EQ(to_json("a,b\n1,2\n\n3,4\n"), "CSV, line 3, column 1 (byte 8): found 1 field, expected 2 as in the header");
  EXPECT_EQ(to_json("a,b,a\n"), "CSV, line 1, column 1 (byte 0): columns 1 and 3 of the header are both named \"a\"");
  EXPECT_EQ(to_json("a\n\xFF\n"), "CSV: byte 2: found 0xff, which begins no character of utf-8");
}

TEST(Csv, charsets_both_ways) {
  EXPECT_EQ(to_json("a\ncaf\xE9\n", {.charset = "windows-1252"}), "[{\"a\":\"caf\xC3\xA9\"}]");
  EXPECT_EQ(to_json("a\ncaf\xE9\n", {}, {.charset = "latin1"}), "[{\"a\":\"caf\xC3\xA9\"}]");
  EXPECT_EQ(from_json("[{\"a\":\"caf\xC3\xA9\"}]", {.charset = "iso-8859-1"}), "a\r\ncaf\xE9\r\n");
  EXPECT_EQ(from_json("[{\"a\":\"\xE2\x82\xAC\"}]", {.charset = "iso-8859-1"}), "CSV: \"\xE2\x82\xAC\" cannot be written in iso-8859-1");
}

TEST(Csv, writes_the_union_of_columns_and_quotes_only_where_needed) {
  EXPECT_EQ(from_json(R"([{"a":1,"b":"x,y"},{"c":null,"a":"\"q\""},{"b":"l\n"}])"), "a,b,c\r\n1,\"x,y\",\r\n\"\"\"q\"\"\",,\r\n,\"l\n\",\r\n");
  EXPECT_EQ(from_json(R"([{"a":1,"b":2}])", {.newline = "\n", .columns = {"b", "z"}}), "b,z\n2,\n");
  EXPECT_EQ(from_json(R"([{"a":""},{"a":" =1+1"}])"), "a\r\n\"\"\r\n =1+1\r\n");
  EXPECT_EQ(from_json(R"({"a":true})"), "a\r\ntrue\r\n");
  EXPECT_EQ(from_json(R"([[1,2],[3,4.50]])", {.header = false}), "1,2\r\n3,4.50\r\n");
  EXPECT_EQ(from_json("[]"), "");
}

TEST(Csv, what_cannot_be_written_is_named_by_its_place) {
  EXPECT_EQ(from_json(R"([{"a":1},{"a":{"b":2}}])"), "CSV, at [1].a: found an object with 1 member, expected a text, a number or another single value");
  EXPECT_EQ(from_json("[1]"), "CSV, at [0]: found 1, expected an object: its members are the columns");
  EXPECT_EQ(from_json("[[1,2],[3]]", {.header = false}), "CSV, at [1]: found an array of 1 item, expected 2 as in the first row, and at least one");
  EXPECT_EQ(from_json(R"([{"a":"x\ud800"}])").substr(0, 15), "CSV, at [0].a: ");
}

TEST(Csv, memory_is_bounded) {
  Arena arena(100'000);
  EXPECT_FALSE(make()->read("a\n" + std::string(1'000'000, '\n'), {}, arena).ok());
  EXPECT_FALSE(make()->read(std::string(1'000'000, ','), {}, arena).ok());
}

TEST(Csv, round_trip_of_random_tables) {
  std::mt19937 random(5);
  constexpr std::string_view alphabet[] = {"a", ",", "\"", "\n", "\r", "\r\n", ";", " ", "\xC3\xA9", ""};
  for (int i = 0; i < 2000; ++i) {
    std::size_t width = 1 + random() % 4;
    std::string text = "[";
    for (std::size_t row = 1 + random() % 4; row > 0; --row) {
      text += text.size() > 1 ? ",[" : "[";
      for (std::size_t column = 0; column < width; ++column) {
        std::string field;
        for (std::size_t n = random() % 5; n > 0; --n) field += alphabet[random() % std::size(alphabet)];
        if (column) text += ',';
        ASSERT_TRUE(json::write(Value::text(field), text).ok());
      }
      text += "]";
    }
    text += "]";
    for (char delimiter : {',', ';'}) {
      Options options{.delimiter = delimiter, .header = false};
      EXPECT_EQ(to_json(from_json(text, options), options), text);
    }
  }
}

std::string items(std::string_view text, std::size_t piece, SplitOptions options = {}, Options csv = {}) {
  std::unique_ptr<const Format> format = make(csv);
  std::unique_ptr<Splitter> splitter = format->split(options);
  std::string out;
  Arena arena;
  auto drain = [&] {
    for (;;) {
      arena.reset();
      Result<std::optional<Value>> item = splitter->next(arena);
      if (!item) return out += "! " + item.error().sentence, false;
      if (!*item) return true;
      EXPECT_TRUE(json::write(**item, out).ok());
      out += ' ';
    }
  };
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    splitter->feed(text.substr(0, piece));
    if (!drain()) return out;
  }
  splitter->finish();
  drain();
  return out;
}

TEST(CsvSplit, is_the_same_however_the_bytes_are_cut) {
  for (std::size_t piece : {1u, 2u, 3u, 1000u}) {
    EXPECT_EQ(items("a,b\r\n1,\"x\"\"\r\ny\"\r\n5\",2", piece), "{\"a\":\"1\",\"b\":\"x\\\"\\r\\ny\"} {\"a\":\"5\\\"\",\"b\":\"2\"} ");
    EXPECT_EQ(items("a\tb\r1\t2\r\r", piece, {}, {.delimiter = '\0'}), "{\"a\":\"1\",\"b\":\"2\"} ");
    EXPECT_EQ(items("a;\"b\nc\"\n1;2\n", piece, {}, {.delimiter = '\0'}), "{\"a\":\"1\",\"b\\nc\":\"2\"} ");
    EXPECT_EQ(items("1,2\n3\n", piece, {}, {.header = false}), "[\"1\",\"2\"] ! CSV, line 2, column 1 (byte 4): found 1 field, expected 2 as in the first line");
    EXPECT_EQ(items("a\n1\n\"2", piece), "{\"a\":\"1\"} ! CSV, line 3, column 1 (byte 4): the quote that opens here is never closed");
    EXPECT_EQ(items("a\n1\n\xFF\n", piece), "{\"a\":\"1\"} ! CSV: byte 4: found 0xff, which begins no character of utf-8");
    EXPECT_EQ(items("a\ncaf\xE9\n", piece, {.charset = "latin1"}), "{\"a\":\"caf\xC3\xA9\"} ");
    EXPECT_NE(items("a\n123456789\n", piece, {.item_bytes = 8}).find("longer than the 8B allowed"), std::string::npos);
  }
}

TEST(CsvJoin, takes_its_header_from_the_first_row) {
  std::unique_ptr<const Format> format = make({.charset = "utf-16"});
  std::unique_ptr<Joiner> joiner = format->join({});
  std::string out;
  document::Member one[] = {{"a", Value::integer(1)}}, other[] = {{"b", Value::integer(1)}};
  EXPECT_FALSE(joiner->add(Value::integer(1), out).ok());
  ASSERT_TRUE(joiner->add(Value::object(one), out).ok());
  EXPECT_EQ(joiner->add(Value::object(other), out).error().sentence,
            "CSV, at [1].b: the rows before had no such column, and the header is written; name the columns");
  ASSERT_TRUE(joiner->add(Value::object(one), out).ok());
  Arena arena;
  Result<Value> back = format->read(out, {}, arena);
  ASSERT_TRUE(back.ok()) << back.error().sentence;
  EXPECT_EQ(back->size(), 2u);
}

}  // namespace
}  // namespace arint::format::csv
