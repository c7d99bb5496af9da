// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "format/json/json.hpp"

namespace arint::format::json {
namespace {

using document::Arena;
using document::Value;

// The items, written one after the other with blanks between, then the fault if there was one. `piece`: bytes fed at a time.
std::string items(std::string_view text, std::size_t piece, SplitOptions options = {}, Options json = {}) {
  std::unique_ptr<const Format> format = make(json);
  std::unique_ptr<Splitter> splitter = format->split(options);
  std::string out;
  Arena arena;
  auto drain = [&] {
    for (;;) {
      arena.reset();
      Result<std::optional<Value>> item = splitter->next(arena);
      if (!item) return out += "! " + item.error().sentence, false;
      if (!*item) return true;
      EXPECT_TRUE(write(**item, out).ok());
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

TEST(JsonSplit, is_the_same_however_the_bytes_are_cut) {
  for (std::size_t piece : {1u, 2u, 3u, 7u, 1000u}) {
    EXPECT_EQ(items("\xEF\xBB\xBF [1, {\"a\\\"]\":[2]} , \"x\\\\\", null,-1.5e3] ", piece), "1 {\"a\\\"]\":[2]} \"x\\\\\" null -1.5e3 ");
    EXPECT_EQ(items("[]", piece), "");
    EXPECT_EQ(items(" {\"a\":1}\n{\"b\":2} 3", piece), "{\"a\":1} {\"b\":2} 3 ");
    EXPECT_EQ(items("{\"n\":[0],\"data\":{\"x\":1,\"orders\":[1,[2],{}],\"y\":[7]},\"z\":{}}", piece, {.at = "/data/orders"}), "1 [2] {} ");
    EXPECT_EQ(items("[1,2]\n\n{\"a\":1}\n", piece, {}, {.lines = true}), "[1,2] {\"a\":1} ");
    EXPECT_EQ(items("[1,/* ] */2 // x\n]//", piece, {}, {.comments = true}), "1 2 ");
  }
}

TEST(JsonSplit, refuses_what_is_broken_around_the_items) {
  for (std::size_t piece : {1u, 5u, 1000u}) {
    EXPECT_EQ(items("[1 2]", piece), "1 ! JSON, line 1, column 4 (byte 3): found \"2\", expected \",\" or \"]\"");
    EXPECT_EQ(items("[1,]", piece), "1 ! JSON, line 1, column 4 (byte 3): found \"]\", expected a value");
    EXPECT_EQ(items("[1,\n2] x", piece), "1 2 ! JSON, line 2, column 4 (byte 7): found \"x\", expected the end of the document");
    EXPECT_EQ(items("[1,2", piece), "1 2 ! JSON, line 1, column 5 (byte 4): found the end of the document too early");
    EXPECT_EQ(items("[{]", piece), "! JSON, line 1, column 3 (byte 2): found \"]\", expected a name in double quotes");
    EXPECT_EQ(items("{\"a\":[1],\"a\":[2]}", piece, {.at = "/a"}), "1 ! JSON, line 1, column 10 (byte 9): the name \"a\" repeats on the way to the items");
    EXPECT_EQ(items("{\"b\":[1]}", piece, {.at = "/a"}), "! JSON: the document has no array at \"/a\"");
    EXPECT_EQ(items("{\"a\":1}", piece, {.at = "/a"}), "! JSON, line 1, column 6 (byte 5): found \"1\", expected the array of the items");
    EXPECT_EQ(items("[1,\"123456789\",2]", piece, {.item_bytes = 8}),
              "1 ! JSON, line 1, column 4 (byte 3): the item that begins here is longer than the 8B allowed");
  }
}

TEST(JsonSplit, memory_stays_with_the_item_however_long_the_document) {
  std::unique_ptr<const Format> format = make();
  std::unique_ptr<Splitter> splitter = format->split({.item_bytes = 100});
  Arena arena(16 * 1024);
  splitter->feed("[0");
  std::size_t count = 0;
  for (int i = 0; i < 100'000; ++i) {
    splitter->feed(",{\"id\":1,\"text\":\"some text\"}");
    for (;;) {
      arena.reset();
      Result<std::optional<Value>> item = splitter->next(arena);
      ASSERT_TRUE(item.ok()) << item.error().sentence;
      if (!*item) break;
      ++count;
    }
  }
  EXPECT_EQ(count, 100'001u);
}

TEST(JsonJoin, writes_arrays_and_lines) {
  auto joined = [](Options options) {
    std::unique_ptr<const Format> format = make(options);
    std::unique_ptr<Joiner> joiner = format->join({});
    std::string out;
    Value items[] = {Value::integer(1), Value::text("x")};
    EXPECT_TRUE(joiner->add(Value::array(items), out).ok());
    EXPECT_FALSE(joiner->add(Value::opaque(&out), out).ok());
    EXPECT_TRUE(joiner->add(Value::null(), out).ok());
    EXPECT_TRUE(joiner->finish(out).ok());
    return out;
  };
  EXPECT_EQ(joined({}), "[[1,\"x\"],null]");
  EXPECT_EQ(joined({.lines = true}), "[1,\"x\"]\nnull\n");
  EXPECT_EQ(joined({.pretty = true}), "[\n  [\n    1,\n    \"x\"\n  ],\n  null\n]");
}

}  // namespace
}  // namespace arint::format::json
