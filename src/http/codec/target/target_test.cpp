// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/codec/target/target.hpp"

#include <gtest/gtest.h>

#include <string>

#include "http/codec/target/query.hpp"

namespace arint::http {
namespace {

Refusal refusal_of(std::string_view target, Method method = Method::get) {
  TargetSlices out;
  return parse_target(target, 0, method, out);
}

std::string normal_of(std::string_view target) {
  TargetSlices out;
  EXPECT_EQ(parse_target(target, 0, Method::get, out), Refusal::none) << target;
  std::string room(target.size() + 1, '\0');
  std::string normal(normalise_path(target.substr(out.path.at, out.path.size), room.data()));
  EXPECT_EQ(out.normal, normal == target.substr(out.path.at, out.path.size)) << target;
  return normal;
}

TEST(Target, NormalisesOneWay) {
  EXPECT_EQ(normal_of("/a/b.c"), "/a/b.c");
  EXPECT_EQ(normal_of("/%7euser/%41%2dx"), "/~user/A-x");
  EXPECT_EQ(normal_of("/a%3fb%c3%a9"), "/a%3Fb%C3%A9");
  EXPECT_EQ(normal_of("/a//b/?q"), "/a//b/");
  EXPECT_EQ(normal_of("http://h:1?x"), "/");
  EXPECT_EQ(normal_of("/..a/.b/c..;v=1"), "/..a/.b/c..;v=1");
}

TEST(Target, RefusesPathsThatMeanMoreThanOne) {
  for (const char* path : {"/a/../b", "/..", "/.", "/a/./", "/%2e%2E/x", "/.%2e", "/..;x/y", "/a/..;"})
    EXPECT_EQ(refusal_of(path), Refusal::dot_segment) << path;
  for (const char* path : {"/a%2fb", "/a%2Fb", "/a%5cb", "/a\\b"}) EXPECT_EQ(refusal_of(path), Refusal::encoded_separator) << path;
  for (const char* path : {"/a%00", "/a%0d%0ab", "/%7f"}) EXPECT_EQ(refusal_of(path), Refusal::encoded_control) << path;
  for (const char* path : {"/%c0%af", "/%e0%80%af", "/%ff", "/%c3", "/%c3/%a9", "/%c3x", "/%ed%a0%80"}) EXPECT_EQ(refusal_of(path), Refusal::not_utf8) << path;
  for (const char* path : {"/%", "/%4", "/%zz", "/?%1"}) EXPECT_EQ(refusal_of(path), Refusal::broken_escape) << path;
  for (const char* path : {"/<a>", "/a\"b", "/{x}", "/a|b"}) EXPECT_EQ(refusal_of(path), Refusal::malformed_target) << path;
  EXPECT_EQ(refusal_of("/a#b"), Refusal::fragment_in_target);
}

TEST(Target, FitsItsMethod) {
  EXPECT_EQ(refusal_of("*"), Refusal::target_form);
  EXPECT_EQ(refusal_of("*", Method::options), Refusal::none);
  EXPECT_EQ(refusal_of("example.com:443"), Refusal::target_form);
  EXPECT_EQ(refusal_of("ftp://h/"), Refusal::target_form);
  EXPECT_EQ(refusal_of("http://u@h/"), Refusal::host_invalid);
  EXPECT_EQ(refusal_of("HTTPS://h/"), Refusal::none);
}

TEST(Query, ComesAsPairs) {
  std::string_view query = "a=1&&b=x%20y+z%2B&c&=d";
  QueryPair pair;
  std::string seen, decoded;
  while (next_pair(query, pair)) {
    ASSERT_TRUE(decode_query(pair.value, decoded));
    seen += std::string(pair.name) + "=" + decoded + ";";
  }
  EXPECT_EQ(seen, "a=1;b=x y z+;c=;=d;");
  EXPECT_FALSE(decode_query("%c0%af", decoded));
}

}  // namespace
}  // namespace arint::http
