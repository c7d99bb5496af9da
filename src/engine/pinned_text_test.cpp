// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pinned_text.hpp"

#include <gtest/gtest.h>

#include "declare/yaml/yaml.hpp"

namespace arint::engine {
namespace {

// The sections that are left, with the line each stands in.
std::string left(const std::string& text) {
  Problems problems;
  const declare::Node root = declare::parse_yaml("arint.yaml", text, problems);
  EXPECT_FALSE(problems.faulty()) << problems.text() << text;
  std::string out;
  for (const declare::Member& member : root.members) out += member.name + ":" + std::to_string(member.at.line) + " ";
  return out;
}

TEST(PinnedText, holds_what_flows_are_made_of_at_its_place) {
  const std::string block = pinned_text("arint.yaml",
                                        "# a comment\noutgoing:\n  db: { sql: { url: 'postgresql://u@h/d', password: hunter2 } }\nservices:\n  s:\n    - send: db\n"
                                        "security:\n  w: { standard_webhooks: { key: hunter2 } }\n");
  EXPECT_EQ(block.find("hunter2"), std::string::npos) << block;
  EXPECT_EQ(left(block), "services:4 ");
  const std::string braces = pinned_text("arint.yaml", R"({"services": {"s": [{"send": "db"}]}, "outgoing": {"db": {"sql": {"password": "hunter2"}}}})");
  EXPECT_EQ(braces.find("hunter2"), std::string::npos) << braces;
  EXPECT_EQ(left(braces), "services:1 ");
  EXPECT_EQ(left(pinned_text("arint.yaml", R"({"outgoing": {"db": {}}, "config": {"a": 1}, "services": {}})")), "config:1 services:1 ");
  EXPECT_EQ(left(pinned_text("arint.yaml", "services: {}\ntables: {}\nconfig: { a: 1 }\nformats: {}\n")), "services:1 tables:2 config:3 formats:4 ");
}

TEST(PinnedText, a_file_that_would_not_be_one_without_them_is_kept_whole) {
  const std::string shared = "channels:\n  a: &x { b: 1 }\nconfig:\n  c: *x\n";
  EXPECT_EQ(pinned_text("arint.yaml", shared), shared);
  EXPECT_EQ(pinned_text("maps/a.yaml", "- a\n- b\n"), "- a\n- b\n");
}

}  // namespace
}  // namespace arint::engine
