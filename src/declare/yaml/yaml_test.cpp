// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/yaml/yaml.hpp"

#include <gtest/gtest.h>

namespace arint::declare {
namespace {

Node parsed(const std::string& text) {
  Problems problems;
  Node out = parse_yaml("a.yaml", text, problems);
  EXPECT_EQ(problems.text(), "") << text;
  return out;
}
std::string problems_of(const std::string& text) {
  Problems problems;
  parse_yaml("a.yaml", text, problems);
  return problems.text();
}

TEST(Yaml, every_value_and_key_has_its_place) {
  Node root = parsed("# c\na: { b: \"x\", 'c': 1 }\nd:\n  - one\n  - |\n    two\n     three\ne:\nü: ü z\n");
  EXPECT_EQ(root.at.text(), "a.yaml:2:1");
  EXPECT_EQ(root.find("a")->at.text(), "a.yaml:2:4");
  EXPECT_EQ(root.find("a")->find("b")->at.text(), "a.yaml:2:9");
  EXPECT_EQ(root.find("a")->member("c")->at.text(), "a.yaml:2:14");
  EXPECT_EQ(root.find("d")->items[0].at.text(), "a.yaml:4:5");
  EXPECT_EQ(root.find("d")->items[1].at.text(), "a.yaml:6:5");
  EXPECT_EQ(root.find("d")->items[1].text, "two\n three\n");
  EXPECT_EQ(root.find("e")->at.text(), "a.yaml:8:1");
  EXPECT_EQ(root.find("ü")->at.text(), "a.yaml:9:4");
}

TEST(Yaml, plain_scalars_mean_what_the_core_schema_says) {
  auto type = [](const std::string& text) { return scalar_type(parsed("a: " + text).members[0].value); };
  for (const char* text : {"true", "True", "FALSE"}) EXPECT_EQ(type(text), Scalar::boolean) << text;
  for (const char* text : {"0", "-7", "+7", "007", "0o17", "0xFF", "123456789012345678901234567890"}) EXPECT_EQ(type(text), Scalar::integer) << text;
  for (const char* text : {"1.5", "-.5", "1.", "1e3", "1E-3", ".inf", "-.INF", ".nan"}) EXPECT_EQ(type(text), Scalar::real) << text;
  for (const char* text : {"on", "no", "yes", "y", "tRue", "1_000", "0x", "0o8", "1.2.3", "+", "e3", "'1'", "\"true\"", "12:30", "nul"})
    EXPECT_EQ(type(text), Scalar::text) << text;
  for (const char* text : {"", "~", "null", "Null", "NULL"}) EXPECT_EQ(parsed(std::string("a: ") + text).members[0].value.kind, Kind::null) << text;
  EXPECT_EQ(parsed("a: ''").members[0].value.kind, Kind::scalar);
  EXPECT_EQ(integer_of("0xFF"), 255);
  EXPECT_EQ(integer_of("0o17"), 15);
  EXPECT_EQ(integer_of("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(integer_of("9223372036854775808"), std::nullopt);
  EXPECT_EQ(integer_of("0x-1"), std::nullopt);
  EXPECT_EQ(integer_of("+-1"), std::nullopt);
  EXPECT_EQ(real_of("-.5"), -0.5);
  EXPECT_EQ(real_of("1e999"), std::nullopt);
}

TEST(Yaml, what_is_not_used_here_is_refused_at_its_place) {
  EXPECT_EQ(problems_of("a: 1\nb: 2\na: 3\n"), "a.yaml:3:1: \"a\" is written twice in this map; the first is at a.yaml:1:1\n");
  EXPECT_EQ(problems_of("a: &x { b: 1 }\nc: { <<: *x }\n"), "a.yaml:2:6: merge keys (<<) are not part of YAML 1.2; repeat the options, or use env/NAME.yaml\n");
  EXPECT_EQ(problems_of("a: !!str 3\nb: !x y\n"),
            "a.yaml:1:10: tag \"tag:yaml.org,2002:str\": tags are not used here; quote the value to make it text\n"
            "a.yaml:2:7: tag \"!x\": tags are not used here; quote the value to make it text\n");
  EXPECT_EQ(problems_of("a: 1\n---\nb: 2\n"), "a.yaml:2:1: a second document begins here; write one document per file\n");
  EXPECT_EQ(problems_of("? [a]\n: 1\n"), "a.yaml:1:3: a key must be a plain name, not a list or a map\n");
  EXPECT_EQ(problems_of("a: *b\n"), "a.yaml:1:5: alias \"*b\": no complete value before it is anchored as \"&b\"\n");
  EXPECT_EQ(problems_of("a: &b [ *b ]\n"), "a.yaml:1:10: alias \"*b\": no complete value before it is anchored as \"&b\"\n");
  EXPECT_EQ(problems_of("a: \xff\n"), "a.yaml:1:4: not UTF-8\n");
  EXPECT_EQ(problems_of("a: x\x01\n"), "a.yaml:1:5: control character \"\\x01\" in a YAML file\n");
}

TEST(Yaml, a_syntax_fault_has_a_place) {
  EXPECT_EQ(problems_of("a: b: c\n"), "a.yaml:1:5: not valid YAML: invalid nested block mapping on the same line\n");
  EXPECT_EQ(problems_of("a:\n  - \"x\n"), "a.yaml:2:6: not valid YAML: double-quoted scalar without closing quote\n");
  for (const char* text : {"a: [1, 2", "a: 1\n b: 2", "{a: 1}}", "a: @x", "\"abc", "a: {b: 1\nc: 2", "- a\nb: c", "%YAML 9.9\n---\na"})
    EXPECT_NE(problems_of(text), "") << text;
}

TEST(Yaml, aliases_are_expanded_within_bounds) {
  Node root = parsed("a: &x [ 1, 2 ]\nb: *x\n");
  EXPECT_EQ(root.find("b")->items[1].text, "2");
  EXPECT_EQ(root.find("b")->items[1].at.text(), "a.yaml:1:12") << "the value stands where it is anchored";
  std::string laughs = "a0: &a0 [ lol, lol, lol, lol, lol, lol, lol, lol, lol ]\n";
  for (int i = 1; i < 10; ++i) {
    std::string before = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [ " + before;
    for (int j = 0; j < 8; ++j) laughs += ", " + before;
    laughs += " ]\n";
  }
  EXPECT_NE(problems_of(laughs).find("more than 200000 values"), std::string::npos);
  std::string wide = "a: &a " + std::string(1u << 20, 'x') + "\nb:\n";
  for (int i = 0; i < 20; ++i) wide += "  - *a\n";
  EXPECT_NE(problems_of(wide).find("more than 16MiB of text"), std::string::npos);
}

TEST(Yaml, depth_size_and_count_are_bounded) {
  EXPECT_EQ(problems_of(std::string(100, '[') + std::string(100, ']')), "");
  EXPECT_NE(problems_of(std::string(100'000, '[')).find("nested more than 100 deep"), std::string::npos);
  EXPECT_NE(problems_of(std::string(100'000, '{')), "");
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_NE(problems_of(deep).find("nested more than 100 deep"), std::string::npos);
  std::string many = "[";
  for (int i = 0; i < 200'001; ++i) many += "1,";
  EXPECT_NE(problems_of(many + "]").find("more than 200000 values"), std::string::npos);
  EXPECT_EQ(problems_of(std::string((4u << 20) + 1, ' ')), "a.yaml: larger than 4MiB\n");
}

TEST(Yaml, line_ends_and_a_byte_order_mark_do_not_matter) {
  Node root = parsed("\xEF\xBB\xBF" "a: 1\r\nb: |\r\n  x\r\n  y\r\n");
  EXPECT_EQ(root.find("b")->text, "x\ny\n");
  EXPECT_EQ(root.find("b")->at.text(), "a.yaml:3:3");
  EXPECT_EQ(root.at.text(), "a.yaml:1:1");
}

// The place of each byte of a scalar's text, as "line:column".
std::string place(const std::string& yaml, std::size_t offset) {
  Node node = parsed(yaml).members.at(0).value;
  return position_in(node.written, node.text, offset).text().substr(7);
}

TEST(Written, a_byte_of_the_text_is_found_in_the_file) {
  EXPECT_EQ(place("a: one two", 4), "1:8");
  EXPECT_EQ(place("a: ü two", 3), "1:6");
  EXPECT_EQ(place("a: 'it''s x'", 5), "1:11");
  EXPECT_EQ(place("a: \"q\\n\\u00fc\\\"x\"", 5), "1:16") << "n, ue, quote, x";
  EXPECT_EQ(place("a: |\n  one\n   two\n\n  x\n", 5), "3:4");
  EXPECT_EQ(place("a: |\n  one\n   two\n\n  x\n", 10), "5:3");
  EXPECT_EQ(place("a: |2\n   one\n  two\n", 1), "2:4") << "an explicit indentation keeps blanks";
  EXPECT_EQ(place("a: |-\r\n  one\r\n  two", 4), "3:3");
  EXPECT_EQ(place("a: >\n  one\n  two\n\n  x\n", 4), "3:3");
  EXPECT_EQ(place("a: >\n  one\n  two\n\n  x\n", 8), "5:3");
  EXPECT_EQ(place("a: one\n   two\n\n   x", 4), "2:4");
  EXPECT_EQ(place("a: one\n   two\n\n   x", 8), "4:4");
  EXPECT_EQ(place("a: \"one  \n   two \\\n   x\"", 4), "2:4");
  EXPECT_EQ(place("a: \"one  \n   two \\\n   x\"", 8), "3:4");
  EXPECT_EQ(place("a: abc", 99), "1:7");
}

TEST(Written, what_comes_from_no_file_has_no_place) {
  EXPECT_EQ(position_in(Written{}, "abc", 1).line, 0);
}

}  // namespace
}  // namespace arint::declare
