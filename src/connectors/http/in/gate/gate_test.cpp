// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "connectors/http/in/gate/cors.hpp"
#include "connectors/http/in/gate/path_template.hpp"

namespace arint::connectors::http {
namespace {

TEST(Origin, is_scheme_host_and_port) {
  EXPECT_EQ(normal_origin("HTTPS://Shop.Example:443"), "https://shop.example");
  EXPECT_EQ(normal_origin("http://[::1]:3000"), "http://[::1]:3000");
  EXPECT_EQ(normal_origin("http://a:80"), "http://a");
  EXPECT_EQ(normal_origin("https://a:80"), "https://a:80");
  for (const char* bad : {"null", "", "a.example", "https://", "https://a/", "https://a?x", "https://a@b", "https://a:", "https://a:0", "https://a:99999",
                          "https://a:8o", "https://a b", "://a", "https://a:1:2"})
    EXPECT_FALSE(normal_origin(bad)) << bad;
}

TEST(PathTemplate, keeps_what_was_captured_as_it_came) {
  const std::vector<std::string> names = names_in("/shop/{id}/{rest*}");
  EXPECT_EQ(names, (std::vector<std::string>{"id", "rest"}));
  Captures captures;
  captures.list[0] = {"id", "a%20b"};
  captures.list[1] = {"rest", "x/y"};
  captures.count = 2;
  EXPECT_EQ(PathTemplate::compile("/v2/{rest}/by/{id}", names)->render(captures), "/v2/x/y/by/a%20b");
  EXPECT_TRUE(PathTemplate::compile("/x?id={id}", names)->has_query());
  for (const char* bad : {"/{no}", "/{id", "/a b", "/a\\b", "/}", "/a#b"}) EXPECT_FALSE(PathTemplate::compile(bad, names)) << bad;
}

}  // namespace
}  // namespace arint::connectors::http
