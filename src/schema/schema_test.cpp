// SPDX-License-Identifier: GPL-3.0-or-later
// What a schema says besides its verdict: places, sentences, files, refusals. Verdicts are tests/schema's, run by build/conformance.
#include "schema/schema.hpp"

#include <gtest/gtest.h>

#include <map>

#include "format/json/json.hpp"

namespace arint::schema {
namespace {

using document::Value;
using Files = std::map<std::string, std::string>;

struct Document {
  std::string bytes;
  document::Arena arena{};
  Value root{};
  explicit Document(std::string text) : bytes(std::move(text)) {
    Result<Value> read = format::json::read(bytes, arena);
    EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().sentence);
    if (read.ok()) root = *read;
  }
};

// Compiles "order.json" of some files, which may refer to the others.
Result<std::shared_ptr<const Schema>> compile(const Files& files, CompileOptions options = {}) {
  options.base = "order.json";
  options.loader = [&files](const std::string& name) -> Result<Loaded> {
    auto found = files.find(name);
    if (found == files.end()) return Error{Fault::unreachable, name + " is not there"};
    auto document = std::make_shared<Document>(found->second);
    return Loaded{document->root, document};
  };
  return Schema::compile(Document(files.at("order.json")).root, options);
}

std::vector<std::string> violations(const Schema& schema, const std::string& document) {
  std::vector<std::string> out;
  for (const Violation& one : schema.check(Document(document).root)) out.push_back(one.instance + " | " + one.schema + " | " + one.sentence);
  return out;
}

std::vector<std::string> violations(const Files& files, const std::string& document, CompileOptions options = {}) {
  Result<std::shared_ptr<const Schema>> schema = compile(files, std::move(options));
  EXPECT_TRUE(schema.ok()) << (schema.ok() ? "" : schema.error().sentence);
  return schema.ok() ? violations(**schema, document) : std::vector<std::string>();
}

std::string refusal(const Files& files) {
  Result<std::shared_ptr<const Schema>> schema = compile(files);
  EXPECT_FALSE(schema.ok());
  return schema.ok() ? "" : schema.error().sentence;
}

using Lines = std::vector<std::string>;

TEST(Schema, AllViolationsAtOnceWithBothPlaces) {
  Files files{{"order.json", R"({"type": "object", "required": ["id", "lines"], "properties": {"id": {"type": "integer"},
    "a/b": {"maxLength": 1}, "lines": {"items": {"$ref": "#/$defs/line"}}},
    "$defs": {"line": {"properties": {"count": {"minimum": 1}}, "additionalProperties": false}}})"}};
  EXPECT_EQ(violations(files, R"({"id": "x", "a/b": "long", "lines": [{"count": 1}, {"count": 0, "kolor": 1}]})"),
            (Lines{"/id | order.json#/properties/id/type | found the text \"x\", allowed is a whole number",
                   "/a~1b | order.json#/properties/a~1b/maxLength | found 4 characters, allowed is at most 1",
                   "/lines/1/count | order.json#/$defs/line/properties/count/minimum | found 0, allowed is at least 1",
                   "/lines/1/kolor | order.json#/$defs/line/additionalProperties | the property \"kolor\" is not allowed here"}));
  EXPECT_EQ(violations(files, "{}").size(), 2u);
}

TEST(Schema, ReferencesToFilesBesideAreFollowedOnceAndTheirPlacesTold) {
  Files files{{"order.json", R"({"properties": {"a": {"$ref": "types/count.json"}, "b": {"$ref": "types/count.json#/$defs/name"}}})"},
              {"types/count.json", R"({"$id": "https://shop.example/count.json", "type": "integer", "$defs": {"name": {"$ref": "text.json"}}})"},
              {"types/text.json", R"({"type": "string"})"}};
  Result<std::shared_ptr<const Schema>> schema = compile(files);
  ASSERT_TRUE(schema.ok()) << schema.error().sentence;
  EXPECT_EQ((*schema)->loaded(), (Lines{"types/count.json", "types/text.json"}));
  EXPECT_EQ(violations(**schema, R"({"a": "x", "b": 1})"), (Lines{"/a | types/count.json#/type | found the text \"x\", allowed is a whole number",
                                                              "/b | types/text.json#/type | found 1, allowed is a text"}));
}

TEST(Schema, WhatIsWrongWithASchemaIsToldAllAtOnce) {
  std::string sentence = refusal({{"order.json", R"({"properties": {"a": {"$ref": "gone.json"}, "b": {"type": "text"}, "c": {"minimum": "1"},
    "d": {"pattern": "(a"}, "e": {"$ref": "#/$defs/nothing"}}})"}});
  for (const char* part : {"gone.json is not there", "order.json#/properties/b/type", "order.json#/properties/c/minimum", "order.json#/properties/d/pattern",
                           "order.json#/properties/e/$ref"})
    EXPECT_NE(sentence.find(part), std::string::npos) << part << " is not in:\n" << sentence;
  EXPECT_NE(refusal({{"order.json", R"({"allOf": [{"$ref": "#"}]})"}}).find("would never end"), std::string::npos);
  EXPECT_NE(refusal({{"order.json", R"({"multipleOf": 0})"}}).find("must be a number above 0"), std::string::npos);
}

TEST(Schema, FormatsAreAssertedWhenAsked) {
  Files files{{"order.json", R"({"properties": {"day": {"format": "date"}, "mail": {"format": "email"}}})"}};
  const char* document = R"({"day": "2026-02-30", "mail": "nobody"})";
  EXPECT_EQ(violations(files, document), Lines{});
  CompileOptions asserted;
  asserted.assert_formats = true;
  EXPECT_EQ(violations(files, document, asserted).size(), 2u);
}

TEST(Schema, HostNamesOfAllLanguages) {
  CompileOptions asserted;
  asserted.assert_formats = true;
  Result<std::shared_ptr<const Schema>> schema = compile({{"order.json", R"({"format": "idn-hostname"})"}}, asserted);
  ASSERT_TRUE(schema.ok());
  auto good = [&](std::string_view name) { return (*schema)->valid(Value::text(name)); };
  for (const char* name : {"example.com", "a", "b\u00fccher.example", "\uc2e4\ub840.\ud14c\uc2a4\ud2b8", "xn--bcher-kva.example", "l\u00b7l", "\u03b1\u0375\u03b2",
                           "\u05d0\u05f3\u05d1", "\u30fb\u3041", "\u0915\u094d\u200d\u0937", "\u0628\u064a\u200c\u0628\u064a", "\u0660\u0628", "\u06f0\u0628",
                           "stra\u00dfe.de", "a\u3002b", "a-b--c"})
    EXPECT_TRUE(good(name)) << name;
  for (const char* name : {"", ".", "a..b", "-a", "a-", "-> $1.00 <--", "a b", "aa--\u00e9", "\u0300a", "\u0903a", "\u302eab", "\u0640a", "a\u00b7l", "l\u00b7", "\u0375S",
                           "A\u05f3\u05d1", "a\u30fbb", "\u0915\u200d\u0937", "\u200db", "\u0660\u06f0", "\uff41", "\u2603", "\u3031", "\u00c4b"})
    EXPECT_FALSE(good(name)) << name;
  // 63 characters as xn--..., and 64.
  EXPECT_TRUE(good("a\u8a9e\u0436\u8a9e\u00f1\u65e5\u8a9e\u672c\u0436\u03b1b\u03b4\u03b2\u0437\u0430bde\u0435\u03b3\u03b3\u65e5\u0434\u00f1\u0435\u0437\u65e5\u03b2\u00e9\u0436\u00e9\u0434\u0434"));
  EXPECT_FALSE(good("\u00e9\u03b2\u03b1\u672cf\u00e9\u00e9\u4e2d\u03b1\u0434\u0435\u672c\u00fc\u03b1\u00f1\u56fd\u03b2\u0435d\u00fccbaa\u03b2\u56fd\u672c\u0435\u4e2df\u00fc\u672c"));
  std::string label;
  for (int i = 0; i < 57; ++i) label += "\u00fc";
  EXPECT_TRUE(good(label));
  EXPECT_FALSE(good(label + "\u00fc"));
  EXPECT_FALSE(good(std::string(64, 'a')));
  EXPECT_TRUE(good(std::string(63, 'a')));
}

TEST(Schema, ADocumentNestedTooDeepIsAViolationAndNoCrash) {
  Files files{{"order.json", R"({"items": {"$ref": "#"}})"}};
  std::string deep(900, '[');
  deep += std::string(900, ']');
  EXPECT_EQ(violations(files, deep), Lines{});
  CompileOptions shallow;
  shallow.most_depth = 500;
  EXPECT_EQ(violations(files, deep, shallow).size(), 1u);
}

// Objects of one kind share the bytes of their names when they come from the parser; copies do not. The answer is the same.
TEST(Schema, shared_names_change_no_verdict) {
  Files files{{"order.json", R"({"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "required": ["a"], "additionalProperties": false,
                "properties": {"a": {"type": "integer"}, "b": {"type": "string"}, "kids": {"type": "array", "items": {"$ref": "#/$defs/node"}}}}}})"}};
  Result<std::shared_ptr<const Schema>> schema = compile(files);
  ASSERT_TRUE(schema.ok());
  for (auto [text, good] : {std::pair{R"({"a":1,"kids":[{"a":1,"b":"x"},{"a":2,"b":"y"},{"b":"z","a":3},{"a":4}]})", true},
                            {R"({"a":1,"kids":[{"a":1,"b":"x"},{"a":2,"b":7}]})", false},
                            {R"({"a":1,"kids":[{"a":1,"b":"x"},{"b":"y","a":"z"}]})", false},
                            {R"({"a":1,"kids":[{"a":1,"c":"x"},{"a":1,"c":"x"}]})", false},
                            {R"({"a":1,"kids":[{"a":1,"kids":[{"a":1,"kids":[]},{"a":2,"kids":[]}]},{"a":1,"kids":[{"b":"","kids":[]}]}]})", false},
                            {R"({"a":1,"kids":[{"a":1,"kids":[{"a":1,"kids":[]},{"a":2,"kids":[]}]},{"a":1,"kids":[{"a":3,"kids":[]}]}]})", true}}) {
    Document parsed(text);
    document::Arena arena;
    EXPECT_EQ((*schema)->valid(parsed.root), good) << text;
    EXPECT_EQ((*schema)->valid(document::copy_into(arena, parsed.root)), good) << text;
    EXPECT_EQ((*schema)->check(parsed.root).empty(), good) << text;
  }
}

}  // namespace
}  // namespace arint::schema
