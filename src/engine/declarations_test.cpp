// SPDX-License-Identifier: GPL-3.0-or-later
// Every declaration of the product at once: the rules of declare/readers/lint.hpp, and the JSON Schema made of them.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "connectors/connector.hpp"
#include "declare/project.hpp"
#include "declare/readers/lint.hpp"
#include "declare/readers/schema.hpp"
#include "declare/yaml/yaml.hpp"
#include "engine/configuration.hpp"
#include "flow/build.hpp"
#include "flow/values/literal.hpp"
#include "format/catalog.hpp"
#include "schema/schema.hpp"

namespace arint::engine {
namespace {

using Lines = std::vector<std::string>;

// What breaks a rule, and why it may; the list may only shrink.
const std::vector<declare::Waiver>& waivers() {
  static const std::vector<declare::Waiver> list{};
  return list;
}

Lines lint_all() {
  Lines out;
  auto add = [&](const declare::Shape& shape, const std::string& where) {
    for (const std::string& finding : declare::lint(shape, waivers())) out.push_back(where + finding);
  };
  add(shape(), "");
  for (const flow::Verb& verb : flow::verbs()) add(verb.shape, "step ");
  for (const connectors::Connector& connector : connectors::all())
    if (connector.out) add(connector.out->send, connector.name + " ");
  return out;
}

TEST(Declarations, keep_the_rules) { EXPECT_EQ(lint_all(), Lines{}); }

TEST(Declarations, say_what_fails_in_words_that_exist) {
  for (const connectors::Connector& connector : connectors::all()) {
    EXPECT_TRUE(connector.help.ends_with(".")) << connector.name;
    EXPECT_EQ(connector.in.has_value(), !connector.in_failures.empty()) << connector.name;
    EXPECT_EQ(connector.out.has_value(), !connector.out_failures.empty()) << connector.name;
    for (const connectors::Failure& one : connector.out_failures) EXPECT_TRUE(fault_named(one.word)) << connector.name << ": " << one.word;
    for (const auto* list : {&connector.in_failures, &connector.out_failures})
      for (const connectors::Failure& one : *list) EXPECT_TRUE(one.when.ends_with(".")) << connector.name << ": " << one.when;
  }
}

// A number says what it counts.
void numbers_without_unit(const declare::Shape& shape, const std::string& path, Lines& out) {
  for (const declare::Setting& setting : shape.settings) {
    const declare::Setting* leaf = &setting;
    while (leaf->element) leaf = leaf->element.get();
    const std::string here = path + "." + setting.is.name;
    const bool number = setting.type == declare::Type::integer || setting.type == declare::Type::number;
    if (number && setting.is.unit.empty()) out.push_back(here);
    if (leaf->section) numbers_without_unit(*leaf->section, here, out);
    if (leaf->kinds)
      for (const declare::Shape& kind : *leaf->kinds) numbers_without_unit(kind, here + kind.name, out);
  }
}

TEST(Declarations, numbers_have_units) {
  Lines found;
  numbers_without_unit(shape(), "", found);
  for (const flow::Verb& verb : flow::verbs()) numbers_without_unit(verb.shape, verb.shape.name, found);
  EXPECT_EQ(found, Lines{});
}

TEST(Declarations, each_kind_and_verb_has_one_name) {
  std::set<std::string> verbs, connectors;
  for (const flow::Verb& verb : flow::verbs()) EXPECT_TRUE(verbs.insert(verb.shape.name).second) << verb.shape.name;
  for (const connectors::Connector& connector : connectors::all()) {
    EXPECT_TRUE(connectors.insert(connector.name).second) << connector.name;
    if (connector.in) { EXPECT_EQ(connector.in->options.name, connector.name); }
    if (connector.out) { EXPECT_EQ(connector.out->options.name, connector.name); }
  }
}

// A folder that no catalogue lists would be built and never reached.
TEST(Declarations, every_folder_is_in_its_catalogue) {
  std::set<std::string> connectors, formats, verbs;
  for (const connectors::Connector& connector : connectors::all()) connectors.insert("src/connectors/" + connector.name);
  for (const format::Format* format : format::all()) formats.insert("src/format/" + std::string(format->name()));
  for (const flow::Verb& verb : flow::verbs()) verbs.insert("src/flow/steps/" + verb.shape.name);
  auto folders = [](const char* in) {
    std::set<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(in))
      if (entry.is_directory()) out.insert(entry.path().string());
    return out;
  };
  EXPECT_EQ(folders("src/connectors"), connectors);
  EXPECT_EQ(folders("src/flow/steps"), verbs);
  formats.erase("src/format/ndjson");          // json with an option
  formats.insert("src/format/charset");        // what formats share
  EXPECT_EQ(folders("src/format"), formats);
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::stringstream out;
  out << file.rdbuf();
  return out.str();
}

// What `arint schema` prints, asked about YAML.
class Schema {
 public:
  Schema() : text_(declare::json_schema(shape(), flow::verb_shapes(), "arint.yaml")) {
    Result<document::Value> root = format::find("json")->read(text_, {}, arena_);
    EXPECT_TRUE(root.ok());
    Result<std::shared_ptr<const schema::Schema>> compiled = schema::Schema::compile(*root);
    EXPECT_TRUE(compiled.ok()) << (compiled.ok() ? "" : compiled.error().sentence);
    schema_ = *compiled;
  }
  Lines faults(const std::string& yaml) {
    Problems problems;
    document::Value value = flow::literal(declare::parse_yaml("arint.yaml", yaml, problems), arena_);
    EXPECT_EQ(problems.text(), "");
    Lines out;
    for (const schema::Violation& one : schema_->check(value)) out.push_back(one.instance + ": " + one.sentence);
    return out;
  }

 private:
  document::Arena arena_;
  std::string text_;
  std::shared_ptr<const schema::Schema> schema_;
};

TEST(JsonSchema, accepts_every_example) {
  Schema schema;
  int count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("examples")) {
    if (entry.path().filename() != "arint.yaml") continue;
    EXPECT_EQ(schema.faults(text_of(entry.path())), Lines{}) << entry.path();
    ++count;
  }
  EXPECT_GE(count, 3);
}

TEST(JsonSchema, refuses_what_the_check_refuses) {
  Schema schema;
  const std::string good = "channels: { a: { http: { path: /a }, service: s } }\nservices: { s: [ delay: 1s ] }\n";
  EXPECT_EQ(schema.faults(good), Lines{});
  EXPECT_NE(schema.faults(good + "outgoings: {}\n"), Lines{}) << "an unknown section";
  for (const char* bad : {"channels: { a: { http: { path: /a, pathh: /b }, service: s } }", "channels: { a: { http: { path: /a } } }",
                          "channels: { a: { service: s } }", "channels: { A_b: { http: { path: /a }, service: s } }", "services: { s: [ dely: 1s ] }",
                          "services: { s: [ delay: soon ] }", "outgoing: { o: { http: { url: x }, in_flight: 0 } }", "node: { cores: many }"})
    EXPECT_NE(schema.faults(bad), Lines{}) << bad;
}

}  // namespace
}  // namespace arint::engine
