// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "format/json/json.hpp"
#include "format/xml/xml.hpp"

namespace arint::format::xml {
namespace {

using document::Arena;
using document::Value;

std::string items(std::string_view text, std::size_t piece, SplitOptions options = {}) {
  std::unique_ptr<const Format> format = make();
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

TEST(XmlSplit, is_the_same_however_the_bytes_are_cut) {
  constexpr std::string_view orders =
      "<?xml version='1.0' encoding='iso-8859-1'?><orders><head/>text<order id='1'><l>\xE9</l><order/></order><x><order>no</order></x><order/></orders>";
  for (std::size_t piece : {1u, 2u, 7u, 1000u}) {
    EXPECT_EQ(items(orders, piece, {.at = "/orders/order"}), "{\"@id\":\"1\",\"l\":\"\xC3\xA9\",\"order\":\"\"} \"\" ");
    EXPECT_EQ(items("<a><b>1</b><c/></a>", piece), "{\"b\":\"1\"} {\"c\":\"\"} ");
    EXPECT_EQ(items("<a><b><c>1</c></b><d><c>2</c></d></a>", piece, {.at = "/*/*/c"}), "\"1\" \"2\" ");
    EXPECT_EQ(items("<a/>", piece), "");
    EXPECT_EQ(items("<?xml version='1.0'?><!---><a><b/>c --><!--><z> --><a><!---><b/> --><b>1</b></a><!---> -->", piece), "{\"b\":\"1\"} ") << "comments that look ended";
    EXPECT_EQ(items("<a><![CDATA[<!--->]]></a>", piece), items("<a><![CDATA[<!--->]]></a>", 1000)) << "and what looks like one";
    EXPECT_EQ(items("<a><b>1</b><b>2</a>", piece, {.at = "/a/b"}).substr(0, 11), "\"1\" ! XML, ");
    EXPECT_EQ(items("<a><b>1</b>", piece, {.at = "/a/b"}).substr(0, 11), "\"1\" ! XML, ");
    EXPECT_NE(items("<a><b>123456789</b></a>", piece, {.item_bytes = 8}).find("longer than the 8B allowed"), std::string::npos);
  }
}

TEST(XmlSplit, memory_stays_with_the_item_however_long_the_document) {
  std::unique_ptr<const Format> format = make();
  std::unique_ptr<Splitter> splitter = format->split({.at = "/a/b", .item_bytes = 1000});
  Arena arena(64 * 1024);
  splitter->feed("<a>");
  std::size_t count = 0;
  for (int i = 0; i < 100'000; ++i) {
    splitter->feed("<b><id>1</id><text>some text</text></b>");
    for (;;) {
      arena.reset();
      Result<std::optional<Value>> item = splitter->next(arena);
      ASSERT_TRUE(item.ok()) << item.error().sentence;
      if (!*item) break;
      ++count;
    }
  }
  EXPECT_GE(count, 99'900u);  // the parser may hold back the newest bytes until more come
}

TEST(XmlJoin, puts_the_root_around_the_items) {
  std::unique_ptr<const Format> format = make({.root = "orders", .declaration = false});
  std::unique_ptr<Joiner> joiner = format->join({});
  std::string out;
  document::Member order{"order", Value::integer(1)};
  ASSERT_TRUE(joiner->add(Value::object({&order, 1}), out).ok());
  EXPECT_FALSE(joiner->add(Value::integer(1), out).ok());
  ASSERT_TRUE(joiner->add(Value::object({&order, 1}), out).ok());
  ASSERT_TRUE(joiner->finish(out).ok());
  EXPECT_EQ(out, "<orders><order>1</order><order>1</order></orders>");
  EXPECT_FALSE(make()->join({})->finish(out).ok());
}

}  // namespace
}  // namespace arint::format::xml
