// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/catalog.hpp"

#include <gtest/gtest.h>

#include <set>

namespace arint::format {
namespace {

using document::Arena;
using document::Value;

TEST(Catalog, every_format_is_found_by_all_its_names) {
  std::set<std::string_view> names;
  for (const Format* format : all()) {
    EXPECT_TRUE(names.insert(format->name()).second);
    EXPECT_EQ(find(format->name()), format);
    ASSERT_FALSE(format->media_types().empty());
    for (std::string_view type : format->media_types()) EXPECT_EQ(find_by_media_type(type), format) << type;
    for (std::string_view ending : format->extensions()) EXPECT_EQ(find_by_file_name("a.b." + std::string(ending)), format);
    EXPECT_EQ(find_by_media_type(format->content_type()), format);
    EXPECT_EQ(format->content_type().substr(0, format->media_types()[0].size()), format->media_types()[0]);
    EXPECT_TRUE(format->round_trip().sentence.ends_with("."));
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"bytes", "csv", "form", "json", "ndjson", "text", "xml"}));
}

TEST(Catalog, media_types_as_they_come) {
  EXPECT_EQ(find_by_media_type(" Application/JSON ; charset=utf-8")->name(), "json");
  EXPECT_EQ(find_by_media_type("application/problem+json")->name(), "json");
  EXPECT_EQ(find_by_media_type("application/json-patch+json")->name(), "json");
  EXPECT_EQ(find_by_media_type("application/merge-patch+json; charset=utf-8")->name(), "json");
  EXPECT_EQ(find_by_media_type("application/soap+xml; action=x")->name(), "xml");
  EXPECT_EQ(find_by_media_type("text/html")->name(), "text");
  EXPECT_EQ(find_by_media_type("image/png"), nullptr);
  EXPECT_EQ(find_by_media_type(""), nullptr);
  EXPECT_EQ(find("yaml"), nullptr);
  EXPECT_EQ(find_by_file_name("README"), nullptr);
}

TEST(Catalog, charset_of_a_content_type) {
  EXPECT_EQ(charset_of("text/csv; header=present; Charset=\"ISO-8859-1\" ; x=y"), "iso-8859-1");
  EXPECT_EQ(charset_of("text/csv;charset=utf-8"), "utf-8");
  EXPECT_EQ(charset_of("text/csv; a=\"; charset=x\"; charset=y"), "y");
  EXPECT_EQ(charset_of("text/csv; flag; charset=z"), "z");
  EXPECT_EQ(charset_of("text/csv"), "");
  EXPECT_EQ(charset_of("text/csv; charset"), "");
}

TEST(TextAndBytes, text_is_written_as_its_utf8_bytes_both_ways) {
  Arena arena;
  for (std::string_view name : {"text", "bytes"}) {
    std::string out;
    ASSERT_TRUE(find(name)->write(Value::text("caf\xC3\xA9"), {}, out).ok());
    EXPECT_EQ(out, "caf\xC3\xA9");
    out.clear();
    ASSERT_TRUE(find(name)->write(Value::bytes("\xFF\x01"), {}, out).ok());
    EXPECT_EQ(out, "\xFF\x01");
    out.clear();
    ASSERT_TRUE(find(name)->write(Value::written("1.50"), {}, out).ok());
    EXPECT_EQ(out, "1.50");
    EXPECT_EQ(find(name)->write(Value::array({}), {}, out).error().sentence,
              std::string(name) + ", at the document itself: found an array of 0 items, expected a text, a number or another single value");
  }
  EXPECT_TRUE(find("bytes")->read("\xFF", {}, arena)->is_bytes());
  EXPECT_EQ(find("text")->read("caf\xE9", {.charset = "latin1"}, arena)->as_text(), "caf\xC3\xA9");
  EXPECT_FALSE(find("text")->read("caf\xE9", {}, arena).ok());
  EXPECT_EQ(find("bytes")->split({}), nullptr);
}

TEST(Text, splits_into_lines) {
  for (std::size_t piece : {1u, 2u, 100u}) {
    std::unique_ptr<Splitter> splitter = find("text")->split({});
    std::string_view text = "one\r\n\ntwo\xC3\xA9";
    std::string out;
    Arena arena;
    auto drain = [&] {
      for (Result<std::optional<Value>> item = splitter->next(arena); item.ok() && *item; item = splitter->next(arena))
        out += "[" + std::string((*item)->as_text()) + "]";
    };
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
      splitter->feed(text.substr(0, piece));
      drain();
    }
    splitter->finish();
    drain();
    EXPECT_EQ(out, "[one][][two\xC3\xA9]");
  }
}

}  // namespace
}  // namespace arint::format
