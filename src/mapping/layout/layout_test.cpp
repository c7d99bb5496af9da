// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/layout/layout.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "format/json/json.hpp"
#include "mapping/parse/parser.hpp"

namespace arint::mapping {
namespace {

namespace files = std::filesystem;

std::string text_of(const files::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Laid out, and twice the same. laid_out() itself compares the parse trees.
std::string layout(std::string_view source) {
  Result<std::string> once = laid_out(source);
  if (!once) return once.error().sentence;
  Result<std::string> twice = laid_out(*once);
  EXPECT_TRUE(twice.ok()) << *once;
  EXPECT_EQ(*once, twice ? *twice : "") << "of " << source;
  return *once;
}

// The same tokens with other gaps: blanks, line ends, comments, as a hostile author would put them.
std::string respaced(std::string_view source, std::mt19937& random) {
  document::Arena arena;
  SyntaxPool pool;
  std::vector<Seen> tokens;
  parse(source, arena, pool, CompileOptions().most_nesting, &tokens);
  constexpr std::string_view gaps[] = {" ", " ", " ", " ", "\n", "\n", "\n\n\n", " /* c */ ", "\n/* c\nd */\n", "/**/", "\n\n /* e */", "/* f */\n", "\r\n\t"};
  std::string out;
  for (const Seen& token : tokens) {
    out += gaps[random() % std::size(gaps)];
    out += source.substr(token.begin, token.end - token.begin);
  }
  return out + std::string(gaps[random() % std::size(gaps)]);
}

void layout_of_all_gaps(std::string_view source) {
  std::mt19937 random(7);
  layout(source);
  for (int i = 0; i < 10; ++i) layout(respaced(source, random));
}

TEST(Layout, BlanksOnOneLine) {
  const std::pair<const char*, const char*> cases[] = {
      {"a+b*-c", "a + b * -c"},
      {"  items . ( price*quantity )  ", "items.(price * quantity)"},
      {"{'a':1,'b':{}}", "{ 'a': 1, 'b': {} }"},
      {"a [ 0 ] [ ]", "a[0][]"},
      {"[1 .. 5,-3..3]", "[1..5, -3..3]"},
      {"x>1?'a':y?'b':c", "x > 1 ? 'a' : y ? 'b' : c"},
      {"$sum ( items . n ) ~>$round(2)", "$sum(items.n) ~> $round(2)"},
      {"a^( > b , <c,d )", "a^(>b, <c, d)"},
      {"a @ $x # $i . b", "a@$x#$i.b"},
      {"items{ sku :$sum(n) }", "items{ sku: $sum(n) }"},
      {"function($x,$y)<n-n:n>{$x-$y}", "function($x, $y)<n-n:n> { $x - $y }"},
      {"$map(a,λ($v){$v*2})", "$map(a, λ($v) { $v * 2 })"},
      {"$f(?,2)", "$f(?, 2)"},
      {"$~>|a|{'b':1},['c']|", "$ ~> | a | { 'b': 1 }, ['c'] |"},
      {"$x:=a and b or not in c", "$x := a and b or not in c"},
      {"( $a:=1;$b:=2 ; )", "($a := 1; $b := 2;)"},
      {"$match(t,/a\\/(b|c) /i)/2", "$match(t, /a\\/(b|c) /i) / 2"},
      {"a/*1*/+/*2*/b", "a /*1*/ + /*2*/ b"},
      {"/* only */ 1", "/* only */ 1"},
      {"f( /* none */ )", "f(/* none */)"},
      {"1 . a", "1 .a"},
      {"**.%.`odd name` . * ", "**.%.`odd name`.*"},
      {"- -a", "--a"},
      {"a??b?:c", "a ?? b ?: c"},
      {"and.or", "and.or"},
      {"'two  blanks'&\"\\u00e9\"", "'two  blanks' & \"\\u00e9\""},
  };
  for (const auto& [source, expected] : cases) {
    EXPECT_EQ(layout(source), std::string(expected) + "\n");
    layout_of_all_gaps(source);
  }
}

TEST(Layout, LinesAreTheAuthors) {
  EXPECT_EQ(layout("{\n'a':1,'b':{'c':2},\n\n\n/* of d */ 'd':[\n1,2]}"),
            "{\n  'a': 1,\n  'b': { 'c': 2 },\n\n  /* of d */ 'd': [\n    1,\n    2\n  ]\n}\n");
  EXPECT_EQ(layout("(\n  $x := 1; /* one */\n\n  /* two */\n  $y := $x\n+ 1; $y\n)"), "(\n  $x := 1; /* one */\n\n  /* two */\n  $y := $x\n    + 1;\n  $y\n)\n");
  EXPECT_EQ(layout("items\n[n>1]\n.name\n~>$join(\n', '\n)"), "items[n > 1]\n  .name\n  ~> $join(\n    ', '\n  )\n");
  EXPECT_EQ(layout("$map(items, function($i)\n{\n$i.n})"), "$map(items, function($i)\n  {\n    $i.n\n  })\n");
  EXPECT_EQ(layout("f(a,\nb)"), "f(a,\n  b)\n");
  EXPECT_EQ(layout("\r\n/* head\r\n   of two lines */\r\na\r\n\r\n"), "/* head\r\n   of two lines */\na\n");
  EXPECT_EQ(layout("a\n/* tail */"), "a\n/* tail */\n");
}

TEST(Layout, LongLinesAreOpened) {
  std::string name(55, 'n');
  EXPECT_EQ(layout("{ 'a': " + name + ", 'b': { 'c': 1 }, 'd': " + name + " }"), "{\n  'a': " + name + ",\n  'b': { 'c': 1 },\n  'd': " + name + "\n}\n");
  EXPECT_EQ(layout("$f(x) & $join([" + name + ", " + name + "], ',')"), "$f(x) & $join(\n  [" + name + ", " + name + "],\n  ','\n)\n");
  EXPECT_EQ(layout(name + name + name + name), name + name + name + name + "\n");
}

TEST(Layout, WhatCannotBeParsedIsTold) {
  CompileError wrong;
  Result<std::string> refused = laid_out("{ 'a': (1 + }", &wrong);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(wrong.offset, 12u);
  EXPECT_TRUE(refused.error().sentence.starts_with("S0211 at 1:13: ")) << refused.error().sentence;
}

TEST(Layout, EveryMapOfTheExamplesIsLaidOut) {
  std::size_t count = 0;
  for (const auto& entry : files::recursive_directory_iterator("examples")) {
    if (entry.path().extension() != ".jsonata") continue;
    ++count;
    EXPECT_EQ(layout(text_of(entry.path())), text_of(entry.path())) << entry.path() << ": run build/arint map --format examples";
  }
  EXPECT_GT(count, 0u);
}

TEST(Layout, EveryExpressionOfTheFuzzCorpus) {
  std::size_t count = 0;
  for (const auto& entry : files::directory_iterator("tests/fuzz-corpus/expression_fuzz")) {
    std::string source = text_of(entry.path());
    source.resize(std::min(source.find('\0'), source.size()));
    if (!Expression::compile(source)) continue;
    ++count;
    layout_of_all_gaps(source);
  }
  EXPECT_GT(count, 10u);
}

// The expressions of the reference suite, where it is: ARINT_CORPORA, or ../shared/corpora.
TEST(Layout, EveryExpressionOfTheReferenceSuite) {
  const char* named = std::getenv("ARINT_CORPORA");
  files::path groups = files::path(named ? named : "../shared/corpora") / "jsonata/groups";
  if (!files::is_directory(groups)) GTEST_SKIP() << groups << " is not there";
  std::size_t count = 0;
  for (const auto& entry : files::recursive_directory_iterator(groups)) {
    if (entry.path().extension() != ".json") continue;
    std::string bytes = text_of(entry.path());
    document::Arena arena;
    Result<document::Value> root = format::json::read(bytes, arena);
    ASSERT_TRUE(root.ok());
    auto one = [&](const document::Value& test) {
      document::Value source = test.get("expr");
      CompileError wrong;
      if (!source.is_text() || (!Expression::compile(source.as_text(), {}, &wrong) && wrong.code != "U1002")) return;
      ++count;
      layout_of_all_gaps(source.as_text());
    };
    if (root->is_object()) one(*root);
    else for (const document::Value& test : root->items()) one(test);
  }
  EXPECT_GT(count, 800u);
}

}  // namespace
}  // namespace arint::mapping
