// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "declare/readers/docs.hpp"
#include "declare/readers/lint.hpp"
#include "declare/readers/schema.hpp"
#include "declare/readers/show.hpp"
#include "declare/sample/golden.hpp"
#include "declare/sample/sample.hpp"
#include "declare/yaml/yaml.hpp"

namespace arint::declare {
namespace {

TEST(Readers, the_schema_is_as_reviewed) {
  std::string now = json_schema(sample::root_settings(), sample::verbs(), "Sample");
  EXPECT_EQ(now, sample::golden("declare-schema.json", now));
  Problems problems;  // JSON is YAML
  parse_yaml("schema", now, problems);
  EXPECT_EQ(problems.text(), "");
}

TEST(Readers, the_page_is_as_reviewed) {
  std::string now = docs_page(sample::root_settings());
  for (const Shape& verb : sample::verbs()) now += docs_page(verb, 2);
  EXPECT_EQ(now, sample::golden("declare-docs.md", now));
}

TEST(Readers, the_effective_configuration_names_origins_and_hides_secrets) {
  Problems problems;
  Project project = Project::from_text(sample::test_file("declare-show.yaml"), problems, sample::variables());
  std::string now = effective(sample::root_settings(), project, sample::verbs());
  EXPECT_EQ(now, sample::golden("declare-show.txt", now));
  EXPECT_EQ(now.find("hunter2"), std::string::npos);
}

TEST(Readers, the_effective_configuration_is_read_back_the_same) {
  Problems problems;
  Project project = Project::from_text(sample::test_file("declare-show.yaml"), problems, sample::variables());
  std::string once = effective(sample::root_settings(), project, sample::verbs());
  Project again = Project::from_text(once, problems, sample::variables());
  EXPECT_EQ(problems.text(), "");
  std::string twice = effective(sample::root_settings(), again, sample::verbs());
  auto without_origins = [](std::string text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = text.find('\n', at);
      std::string line = text.substr(at, end - at);
      out += line.substr(0, line.rfind("  # ")) + "\n";
      at = end + 1;
    }
    return out;
  };
  EXPECT_EQ(without_origins(once), without_origins(twice));
}

TEST(Lint, the_sample_keeps_the_rules) {
  EXPECT_EQ(lint(sample::root_settings()), std::vector<std::string>{});
  for (const Shape& verb : sample::verbs()) EXPECT_EQ(lint(verb), std::vector<std::string>{});
}

struct Bad {
  std::string uri, text;
  Millis time_ms{};
  std::int64_t count = 0;
};

TEST(Lint, each_rule_is_checked_and_waivers_may_only_shrink) {
  Settings<Bad> bad = Settings<Bad>{"bad", "No full stop"}
                          .add(&Bad::uri, {.name = "uri", .help = "Where.", .required = true, .example = "x"})
                          .add(&Bad::time_ms, {.name = "time_ms", .help = "How long.", .fallback = "5"})
                          .add(&Bad::count, {.name = "Count", .fallback = "0", .required = true, .example = "many", .least = 1})
                          .add(&Bad::text, {.name = "text", .help = "small letter."})
                          .add(&Bad::text, {.name = "text", .help = "Twice.", .example = "x"});
  EXPECT_EQ(lint(bad, {{"bad.uri", "word", "the peer's own word"}, {"bad.text", "sample", "gone"}}),
            (std::vector<std::string>{
                "bad: help: does not end with a full stop",
                "bad.time_ms: name: carries its unit; durations and sizes are written with one",
                "bad.time_ms: default: \"5\" is not accepted: \"5\" is not a duration; write \"5s\" (units: ms, s, m, h, d)",
                "bad.Count: help: has none",
                "bad.Count: name: is not snake_case",
                "bad.Count: default: a required option has a default",
                "bad.Count: default: \"0\" is not accepted: \"0\" is out of range; write a whole number, at least 1",
                "bad.Count: sample: \"many\" is not accepted: \"many\" is not a whole number; write one, at least 1, for example many",
                "bad.text: help: begins with a small letter",
                "bad.text: example: has neither an example nor a default",
                "bad.text: twice: is declared twice",
                "bad.text: waiver: nothing to waive for the rule \"sample\"",
            }));
}

}  // namespace
}  // namespace arint::declare
