// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/router.hpp"

#include <gtest/gtest.h>

namespace arint::connectors::http {
namespace {

class Routes : public testing::Test {
 protected:
  void add(const char* path, std::vector<std::string> methods, std::size_t route) {
    Result<void> added = router.add(path, methods, route);
    ASSERT_TRUE(added) << added.error().sentence;
  }
  // "template name=value ..."
  std::string found(std::string_view path) {
    Captures captures;
    const Place* place = router.find(path, captures);
    if (!place) return "nothing";
    std::string out = place->text;
    for (std::size_t i = 0; i < captures.count; ++i)
      out += " " + std::string(captures.list[i].name) + "=" + std::string(captures.list[i].value);
    return out;
  }
  Router router;
};

TEST_F(Routes, literals_win_over_names_and_names_over_the_remainder) {
  add("/orders", {"POST"}, 0);
  add("/orders/{id}", {"GET"}, 1);
  add("/orders/new", {"GET"}, 2);
  add("/orders/{id}/items/{n}", {"GET"}, 3);
  add("/files/{rest*}", {"GET"}, 4);
  EXPECT_EQ(found("/orders"), "/orders");
  EXPECT_EQ(found("/orders/7"), "/orders/{id} id=7");
  EXPECT_EQ(found("/orders/new"), "/orders/new");
  EXPECT_EQ(found("/orders/new/items/2"), "/orders/{id}/items/{n} id=new n=2");
  EXPECT_EQ(found("/orders/"), "nothing");
  EXPECT_EQ(found("/files"), "/files/{rest*} rest=");
  EXPECT_EQ(found("/files/"), "/files/{rest*} rest=");
  EXPECT_EQ(found("/files/a/b"), "/files/{rest*} rest=a/b");
  EXPECT_EQ(found("*"), "nothing");
  EXPECT_EQ(found("/"), "nothing");
}

TEST_F(Routes, the_root_and_everything_can_be_served) {
  add("/", {"GET"}, 0);
  EXPECT_EQ(found("/"), "/");
  add("/{all*}", {"GET"}, 1);
  EXPECT_EQ(found("/"), "/");
  EXPECT_EQ(found("/x/y"), "/{all*} all=x/y");
}

TEST_F(Routes, methods_share_a_place_and_are_told) {
  add("/orders", {"POST"}, 0);
  add("/orders", {"GET"}, 1);
  Captures captures;
  EXPECT_EQ(router.find("/orders", captures)->allow(), "GET, HEAD, OPTIONS, POST");
}

TEST_F(Routes, what_cannot_be_served_is_refused_with_the_reason) {
  add("/a/{x}", {"GET"}, 0);
  for (const char* bad : {"orders", "/a{b}", "/{a}/{a}", "/{rest*}/x", "/a//b", "/a/../b", "/a?b", "/{}", "/a/{y}", "/a/{x}"}) {
    Result<void> added = router.add(bad, {"GET"}, 1);
    EXPECT_FALSE(added) << bad;
  }
}

}  // namespace
}  // namespace arint::connectors::http
