// SPDX-License-Identifier: GPL-3.0-or-later
// document/patch.hpp and document/pointer.hpp on JSON: the examples of RFC 6901 section 5, RFC 6902 appendix A and RFC 7396
// appendix A, and what they leave open. Here, because document/ cannot read JSON.
#include "document/patch.hpp"

#include <gtest/gtest.h>

#include "document/pointer.hpp"
#include "format/json/json.hpp"

namespace arint::document {
namespace {

class Patch : public testing::Test {
 protected:
  Value read(std::string_view text) {
    Result<Value> value = format::json::read(arena.copy(text), arena);
    EXPECT_TRUE(value.ok()) << text;
    return value.ok() ? *value : Value();
  }
  std::string text(const Result<Value>& value) {
    std::string out;
    if (!value) return std::string(word(value.error().fault)) + ": " + value.error().sentence;
    EXPECT_TRUE(format::json::write(*value, out).ok());
    return out;
  }
  std::string patch(std::string_view target, std::string_view operations) {
    Value before = read(target);
    std::string out = text(patched(arena, before, read(operations)));
    EXPECT_EQ(text(before), text(read(target)));  // whatever came of it
    return out;
  }
  std::string merge(std::string_view target, std::string_view with) { return text(merged(arena, read(target), read(with))); }

  Arena arena{};
};

TEST_F(Patch, PointersOfRfc6901) {
  Value document = read(R"({"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8})");
  auto at = [&](std::string_view pointer) { return text(*Pointer::parse(pointer).value().find(document)); };
  EXPECT_EQ(at(""), text(document));
  EXPECT_EQ(at("/foo"), R"(["bar","baz"])");
  EXPECT_EQ(at("/foo/0"), R"("bar")");
  const std::pair<const char*, const char*> numbers[] = {{"/", "0"}, {"/a~1b", "1"}, {"/c%d", "2"}, {"/e^f", "3"}, {"/g|h", "4"},
                                                         {"/i\\j", "5"}, {"/k\"l", "6"}, {"/ ", "7"}, {"/m~0n", "8"}};
  for (const auto& [pointer, number] : numbers) EXPECT_EQ(at(pointer), number) << pointer;
  for (const char* nowhere : {"/foo/2", "/foo/-", "/foo/01", "/foo/1e0", "/foo/+1", "/foo/", "/foo/18446744073709551616", "/foo/0/x", "/nothing", "/a/b"})
    EXPECT_EQ(Pointer::parse(nowhere).value().find(document), nullptr) << nowhere;
  for (const char* wrong : {"foo", "/a~", "/a~2b", "#/foo"}) EXPECT_FALSE(Pointer::parse(wrong).ok()) << wrong;
  EXPECT_EQ(escaped_token("a/b~c"), "a~1b~0c");
  EXPECT_EQ(unescaped_token("~01"), "~1");
}

TEST_F(Patch, ExamplesOfRfc6902) {
  EXPECT_EQ(patch(R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux"}])"), R"({"foo":"bar","baz":"qux"})");                      // A.1
  EXPECT_EQ(patch(R"({"foo":["bar","baz"]})", R"([{"op":"add","path":"/foo/1","value":"qux"}])"), R"({"foo":["bar","qux","baz"]})");         // A.2
  EXPECT_EQ(patch(R"({"baz":"qux","foo":"bar"})", R"([{"op":"remove","path":"/baz"}])"), R"({"foo":"bar"})");                                // A.3
  EXPECT_EQ(patch(R"({"foo":["bar","qux","baz"]})", R"([{"op":"remove","path":"/foo/1"}])"), R"({"foo":["bar","baz"]})");                    // A.4
  EXPECT_EQ(patch(R"({"baz":"qux","foo":"bar"})", R"([{"op":"replace","path":"/baz","value":"boo"}])"), R"({"baz":"boo","foo":"bar"})");     // A.5
  EXPECT_EQ(patch(R"({"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}})", R"([{"op":"move","from":"/foo/waldo","path":"/qux/thud"}])"),
            R"({"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}})");                                                               // A.6
  EXPECT_EQ(patch(R"({"foo":["all","grass","cows","eat"]})", R"([{"op":"move","from":"/foo/1","path":"/foo/3"}])"),
            R"({"foo":["all","cows","eat","grass"]})");                                                                                       // A.7
  EXPECT_EQ(patch(R"({"baz":"qux","foo":["a",2,"c"]})", R"([{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}])"),
            R"({"baz":"qux","foo":["a",2,"c"]})");                                                                                            // A.8
  EXPECT_EQ(patch(R"({"baz":"qux"})", R"([{"op":"test","path":"/baz","value":"bar"}])"),
            R"(rejected: operation 1, test at "/baz": found the text "qux", not the text "bar")");                                            // A.9
  EXPECT_EQ(patch(R"({"foo":"bar"})", R"([{"op":"add","path":"/child","value":{"grandchild":{}}}])"), R"({"foo":"bar","child":{"grandchild":{}}})");  // A.10
  EXPECT_EQ(patch(R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux","xyz":123}])"), R"({"foo":"bar","baz":"qux"})");            // A.11
  EXPECT_EQ(patch(R"({"foo":"bar"})", R"([{"op":"add","path":"/baz/bat","value":"qux"}])"),
            R"(rejected: operation 1, add at "/baz/bat": there is no "baz" in an object with 1 member on the way)");                           // A.12
  // A.13: the last "op" counts, as in all documents; the format's option refuses names that repeat.
  EXPECT_EQ(patch(R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux","op":"remove"}])"),
            R"(rejected: operation 1, remove at "/baz": there is no "baz" in an object with 1 member)");
  EXPECT_EQ(patch(R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":10}])"), R"({"/":9,"~1":10})");                                // A.14
  EXPECT_TRUE(patch(R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":"10"}])").starts_with("rejected"));                          // A.15
  EXPECT_EQ(patch(R"({"foo":["bar"]})", R"([{"op":"add","path":"/foo/-","value":["abc","def"]}])"), R"({"foo":["bar",["abc","def"]]})");      // A.16
}

TEST_F(Patch, RootsEndsAndCopies) {
  EXPECT_EQ(patch("{}", R"([{"op":"add","path":"","value":[1]},{"op":"add","path":"/0","value":0},{"op":"add","path":"/2","value":2}])"), "[0,1,2]");
  EXPECT_EQ(patch("[1]", R"([{"op":"replace","path":"","value":null}])"), "null");
  EXPECT_EQ(patch(R"({"a":{"b":1}})", R"([{"op":"copy","from":"/a","path":"/a/c"},{"op":"replace","path":"/a/c/b","value":2}])"), R"({"a":{"b":1,"c":{"b":2}}})");
  EXPECT_EQ(patch(R"({"a":{"b":1}})", R"([{"op":"move","from":"/a/b","path":"/a"}])"), R"({"a":1})");
  EXPECT_EQ(patch(R"({"a":1})", R"([{"op":"move","from":"/a","path":"/a"}])"), R"({"a":1})");
  EXPECT_EQ(patch(R"({"":{"":1}})", R"([{"op":"replace","path":"//","value":2}])"), R"({"":{"":2}})");
  EXPECT_EQ(patch(R"({"a":null})", R"([{"op":"test","path":"/a","value":null},{"op":"remove","path":"/a"}])"), "{}");
  EXPECT_EQ(patch(R"({"a":1.0,"b":{"x":1,"y":2}})", R"([{"op":"test","path":"/a","value":1},{"op":"test","path":"/b","value":{"y":2,"x":1}}])"),
            R"({"a":1.0,"b":{"x":1,"y":2}})");
  EXPECT_EQ(patch("{}", "[]"), "{}");
}

TEST_F(Patch, WhatIsWrongIsNamedWithItsOperation) {
  const char* target = R"({"a":[1,2],"b":{"c":1},"t":"x"})";
  const std::pair<const char*, const char*> cases[] = {
      {"{}", "malformed: a JSON Patch is an array of operations, found an object with 0 members"},
      {R"([1])", "malformed: operation 1: \"op\" must be add, copy, move, remove, replace or test, found nothing"},
      {R"([{"op":"merge","path":""}])", "malformed: operation 1, merge at \"\": \"op\" must be add, copy, move, remove, replace or test, found the text \"merge\""},
      {R"([{"op":"remove"}])", "malformed: operation 1, remove: \"path\" must be a text, found nothing"},
      {R"([{"op":"add","path":"/x"}])", "malformed: operation 1, add at \"/x\": \"value\" is missing"},
      {R"([{"op":"add","path":"x","value":1}])", "malformed: operation 1, add at \"x\": \"x\" is no JSON Pointer: it is empty or begins with /"},
      {R"([{"op":"copy","path":"/x"}])", "malformed: operation 1, copy at \"/x\": \"from\" must be a text, found nothing"},
      {R"([{"op":"remove","path":""}])", "rejected: operation 1, remove at \"\": the whole document cannot be taken away"},
      {R"([{"op":"add","path":"/a/0","value":0},{"op":"add","path":"/a/4","value":9}])",
       "rejected: operation 2, add at \"/a/4\": \"4\" is no place to insert at in an array of 3 items; - is its end"},
      {R"([{"op":"add","path":"/a/00","value":0}])", "rejected: operation 1, add at \"/a/00\": \"00\" is no place to insert at in an array of 2 items; - is its end"},
      {R"([{"op":"remove","path":"/a/-"}])", "rejected: operation 1, remove at \"/a/-\": there is no \"-\" in an array of 2 items"},
      {R"([{"op":"replace","path":"/t/x","value":1}])", "rejected: operation 1, replace at \"/t/x\": it would be inside of the text \"x\""},
      {R"([{"op":"move","from":"/b","path":"/b/c/d"}])", "rejected: operation 1, move at \"/b/c/d\": a value cannot be moved into itself"},
      {R"([{"op":"move","from":"/z","path":"/b"}])", "rejected: operation 1, move at \"/b\": there is nothing at \"/z\" to move"},
      {R"([{"op":"test","path":"/z","value":1}])", "rejected: operation 1, test at \"/z\": there is nothing to test"},
  };
  for (const auto& [operations, sentence] : cases) EXPECT_EQ(patch(target, operations), sentence);
}

TEST_F(Patch, ExamplesOfRfc7396) {
  const char* cases[][3] = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"}, {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"}, {R"({"a":"b"})", R"({"a":null})", "{}"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"}, {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"}, {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"}, {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"}, {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
      {R"({"a":"foo"})", "null", "null"}, {R"({"a":"foo"})", R"("bar")", R"("bar")"}, {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
      {"[1,2]", R"({"a":"b","c":null})", R"({"a":"b"})"}, {"{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
  };
  for (const auto& [target, with, expected] : cases) EXPECT_EQ(merge(target, with), expected) << target << " with " << with;
  // Section 3.
  EXPECT_EQ(merge(R"({"title":"Goodbye!","author":{"givenName":"John","familyName":"Doe"},"tags":["example","sample"],"content":"This will be unchanged"})",
                  R"({"title":"Hello!","phoneNumber":"+01-123-456-7890","author":{"familyName":null},"tags":["example"]})"),
            R"({"title":"Hello!","author":{"givenName":"John"},"tags":["example"],"content":"This will be unchanged","phoneNumber":"+01-123-456-7890"})");
}

TEST_F(Patch, LargeAndDeepMerges) {
  std::string target = "{", with = "{", expected = "{";
  for (int i = 0; i < 20'000; ++i) {
    target += (i ? ",\"" : "\"") + std::to_string(i) + "\":0";
    if (i % 2) with += (i > 1 ? ",\"" : "\"") + std::to_string(i) + "\":null";
    else expected += (i ? ",\"" : "\"") + std::to_string(i) + "\":0";
  }
  EXPECT_EQ(merge(target + "}", with + "}"), expected + "}");
  Value deep = read("1");
  for (int i = 0; i < 3'000; ++i) deep = with_member(arena, Value(), "a", deep);
  EXPECT_EQ(text(merged(arena, Value(), deep)), "malformed: the merge patch is nested deeper than 2000");
}

TEST_F(Patch, AHostilePatchEnds) {
  auto patch_of = [](int count, const char* first, const char* again) {
    std::string out = std::string("[") + first;
    for (int i = 0; i < count; ++i) out += std::string(",") + again;
    return out + "]";
  };
  // Doubled 60 times, and nested 100,000 times.
  std::string doubled = text(patched(arena, read("{}"), read(patch_of(60, R"({"op":"add","path":"/a","value":[1]})", R"({"op":"copy","from":"/a","path":"/a/-"})"))));
  EXPECT_NE(doubled.find("more than 10000000 values"), std::string::npos) << doubled;
  std::string nested = text(patched(arena, read("{}"), read(patch_of(100'000, R"({"op":"add","path":"/a","value":1})", R"({"op":"copy","from":"","path":"/a"})"))));
  EXPECT_EQ(nested, "rejected: operation 2000, copy at \"/a\": the document would be nested deeper than 2000");
  // Each operation on a long array makes another: the memory of the run ends it.
  Arena small(1 << 20);
  std::string grow = patch_of(2'000, R"({"op":"add","path":"/-","value":0})", R"({"op":"add","path":"/-","value":0})");
  EXPECT_THROW((void)patched(small, read("[]"), read(grow)), ArenaFull);
}

}  // namespace
}  // namespace arint::document
