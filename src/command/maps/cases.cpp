// SPDX-License-Identifier: GPL-3.0-or-later
// Tests of maps: NAME.test.yaml beside NAME.jsonata. The clock stands at 2026-01-01T00:00:00Z and chance begins with 1.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "command/maps/difference.hpp"
#include "command/maps/maps.hpp"
#include "command/maps/scope.hpp"
#include "declare/project.hpp"
#include "declare/settings.hpp"
#include "declare/yaml/yaml.hpp"
#include "flow/values/literal.hpp"
#include "format/catalog.hpp"
#include "format/json/json.hpp"

namespace arint::command::maps {
namespace {

namespace files = std::filesystem;

struct Case {
  std::string name{};
  std::optional<declare::Node> input{};
  std::optional<std::string> input_file{};
  declare::Fields<declare::Node> variables{};
  std::optional<declare::Node> expect{};
  std::optional<std::string> expect_error{};
  bool expect_nothing = false;
  Position at{};
};

struct Cases {
  std::vector<Case> cases{};
};

const declare::Settings<Cases>& settings() {
  static const declare::Settings<Cases> all = [] {
    auto one = declare::Settings<Case>{}
                   .add(&Case::name, {.name = "name", .help = "What the case shows.", .required = true})
                   .add(&Case::input, {.name = "input", .help = "The document the map reads."})
                   .add(&Case::input_file, {.name = "input_file", .help = "The same, from a file beside the test."})
                   .add(&Case::variables, {.name = "variables", .help = "Values of $variables, such as $headers.", .example = "{ headers: { x-partner: acme } }"})
                   .add(&Case::expect, {.name = "expect", .help = "What comes out."})
                   .add(&Case::expect_error, {.name = "expect_error", .help = "Code of the error, or a part of its sentence."})
                   .add(&Case::expect_nothing, {.name = "expect_nothing", .help = "Nothing comes out.", .fallback = "false"})
                   .place(&Case::at)
                   .check([](Case& test, const declare::Node&, declare::Reading& reading) {
                     if (test.input && test.input_file) reading.fault(test.at, "`input` and `input_file` exclude each other");
                     if (test.expect.has_value() + test.expect_error.has_value() + test.expect_nothing != 1)
                       reading.fault(test.at, "one of `expect`, `expect_error` and `expect_nothing: true` says what is expected");
                   });
    return declare::Settings<Cases>{}.section(&Cases::cases, {.name = "cases", .help = "The cases.", .required = true}, one);
  }();
  return all;
}

std::string shown(const document::Value& value) {
  std::string out;
  static const std::unique_ptr<const format::Format> pretty = format::json::make({.pretty = true});
  if (value.is_absent()) return "(nothing)";
  Result<void> written = pretty->write(value, {}, out);
  return written ? out : written.error().sentence;
}

// Why a case fails; empty: it passes.
std::string run(const Case& test, const std::string& map, const std::string& folder, const Scope& scope, const std::string& from) {
  document::Arena arena;
  document::Value input;
  std::string bytes;
  if (test.input) input = flow::literal(*test.input, arena);
  if (test.input_file) {
    Result<std::string> read = read_file((files::path(folder) / *test.input_file).string());
    if (!read) return read.error().sentence;
    bytes = std::move(*read);
    const format::Format* format = from.empty() ? format::find_by_file_name(*test.input_file) : scope.format(from);
    Result<document::Value> document = (format ? format : format::find("json"))->read(bytes, {}, arena);
    if (!document) return *test.input_file + ": " + document.error().sentence;
    input = *document;
  }
  std::vector<mapping::Variable> variables = scope.variables();
  for (const auto& [name, node] : test.variables) variables.push_back({name, flow::literal(node, arena)});
  mapping::Environment environment;
  environment.variables = variables;
  environment.now_millis = 1'767'225'600'000;
  environment.seed = {0, 1};
  environment.tables = &scope.tables();
  std::string code;
  Result<document::Value> got = evaluated(map, input, environment, arena, &code);
  if (test.expect_error) {
    if (got) return "expected the error " + *test.expect_error + ", got\n" + shown(*got);
    bool meant = code == *test.expect_error || got.error().sentence.find(*test.expect_error) != std::string::npos;
    return meant ? "" : "expected the error " + *test.expect_error + ", got " + got.error().sentence;
  }
  if (!got) return got.error().sentence;
  document::Value wanted = test.expect ? flow::literal(*test.expect, arena) : document::Value();
  return document::equal(wanted, *got) ? "" : difference(shown(wanted), shown(*got));
}

std::string indented(const std::string& text) {
  std::string out = "    ";
  for (char c : text) {
    out += c;
    if (c == '\n') out += "    ";
  }
  return out;
}

struct Count {
  int passed = 0, failed = 0;
  bool wrong = false;  // a file that is no test
};

void run_file(const std::string& path, const About& about, Count& count) {
  constexpr std::string_view ending = ".test.yaml";
  auto refuse = [&](const std::string& text) {
    std::fputs(text.c_str(), stderr);
    count.wrong = true;
  };
  if (!path.ends_with(ending)) return refuse(path + ": a test of a map is called NAME.test.yaml\n");
  Result<std::string> text = read_file(path);
  Result<std::string> map = read_file(path.substr(0, path.size() - ending.size()) + ".jsonata");
  if (!text || !map) return refuse((text ? map : text).error().sentence + "\n");
  Problems problems;
  declare::Project nothing = declare::Project::from_text("", problems);
  declare::Reading reading(problems, nothing);
  declare::Node root = declare::parse_yaml(path, *text, problems);
  Cases all;
  declare::read(settings(), root, all, reading);
  if (problems.faulty()) return refuse(problems.text());
  const std::unique_ptr<Scope> scope = Scope::open(about, *map, folder_of(path));
  if (!scope) return refuse("");
  for (const Case& test : all.cases) {
    std::string why = run(test, *map, folder_of(path), *scope, about.from);
    ++(why.empty() ? count.passed : count.failed);
    if (!why.empty()) std::printf("FAILED %s: %s\n%s\n", test.at.text().c_str(), test.name.c_str(), indented(why).c_str());
  }
}

}  // namespace

int test(const std::vector<std::string>& paths, const About& about) {
  std::optional<std::vector<std::string>> all = files_under(paths.empty() ? std::vector<std::string>{"."} : paths, ".test.yaml");
  if (!all) return 2;
  Count count;
  for (const std::string& path : *all) {
    // A test of flows has no map beside it; named alone it is a mistake.
    std::string map = path.substr(0, path.size() - std::min(path.size(), std::string(".test.yaml").size())) + ".jsonata";
    bool named = std::find(paths.begin(), paths.end(), path) != paths.end();
    if (named || files::exists(map)) run_file(path, about, count);
  }
  std::printf("%d passed, %d failed\n", count.passed, count.failed);
  if (count.wrong || count.passed + count.failed == 0) return 2;
  return count.failed ? 1 : 0;
}

}  // namespace arint::command::maps
