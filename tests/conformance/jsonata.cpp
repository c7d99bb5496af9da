// SPDX-License-Identifier: GPL-3.0-or-later
// The JSONata reference suite: groups/*.json are arrays of cases, datasets/*.json their input. A case gives `result`,
// `undefinedResult` or the `code` of an error; `timelimit` (ms) and `depth` bound its evaluation.
#include <algorithm>
#include <vector>

#include "conformance.hpp"
#include "document/value.hpp"
#include "format/json/json.hpp"
#include "mapping/expression.hpp"

namespace arint::conformance {
namespace {

using document::Value;

std::string shown(const Value& value) {
  std::string out;
  if (value.is_absent()) return "nothing";
  Result<void> written = format::json::write(value, out);
  return written ? out.substr(0, 300) : written.error().sentence;
}

bool same_in_any_order(const Value& a, const Value& b) {
  if (!a.is_array() || !b.is_array() || a.size() != b.size()) return document::equal(a, b);
  std::vector<Value> rest(b.items().begin(), b.items().end());
  for (const Value& item : a.items()) {
    auto found = std::find_if(rest.begin(), rest.end(), [&](const Value& other) { return document::equal(item, other); });
    if (found == rest.end()) return false;
    rest.erase(found);
  }
  return true;
}

class Suite {
 public:
  explicit Suite(std::string folder) : folder_(std::move(folder)) {}

  int run() {
    for (const std::string& path : files_in(folder_ + "/groups", ".json")) {
      std::string text = whole_file(path);
      document::Arena arena;
      Result<Value> cases = format::json::read(text, arena);
      std::string name = file_name(path);
      if (!cases || !cases->is_array()) {
        tally_.fail(name, cases ? "is no array of cases" : cases.error().sentence);
        continue;
      }
      for (const Value& item : cases->items()) {
        std::string why = outcome(item);
        std::string label = name + " " + std::string(item.get("name").is_text() ? item.get("name").as_text() : "") + ": " + expression_of(item);
        why.empty() ? tally_.pass() : tally_.fail(label, why);
      }
    }
    return tally_.end();
  }

 private:
  static std::string expression_of(const Value& item) {
    Value text = item.get("expr");
    return text.is_text() ? std::string(text.as_text()) : "";
  }

  // Why the case fails, or nothing.
  std::string outcome(const Value& item) {
    std::string source = expression_of(item);
    Value wanted_code = item.get("code").is_text() ? item.get("code") : item.get("error").get("code");
    auto ended = [&](const std::string& code, const Error& error) {
      if (!wanted_code.is_text()) return "failed: " + error.sentence;
      return wanted_code.as_text() == code ? std::string() : "wanted " + std::string(wanted_code.as_text()) + ", got " + error.sentence;
    };
    mapping::CompileError refused;
    auto compiled = mapping::Expression::compile(source, {}, &refused);
    if (!compiled) return ended(refused.code, compiled.error());
    std::vector<mapping::Variable> variables;
    if (item.get("bindings").is_object())
      for (const document::Member& member : item.get("bindings").members()) variables.push_back({member.name, member.value});
    mapping::Environment environment;
    environment.variables = variables;
    environment.now_millis = 1'521'801'216'617;
    environment.budget.time = std::chrono::milliseconds(item.get("timelimit").is_number() ? item.get("timelimit").as_integer() : 10'000);
    if (item.get("depth").is_number()) environment.budget.depth = static_cast<std::size_t>(item.get("depth").as_integer());
    environment.budget.bytes = 1u << 30;
    mapping::EvaluationError failed;
    document::Arena arena;
    Result<Value> result = mapping::evaluate(**compiled, input_of(item), environment, arena, &failed);
    if (!result) return ended(failed.code, result.error());
    if (wanted_code.is_text()) return "wanted " + std::string(wanted_code.as_text()) + ", got " + shown(*result);
    Value wanted = item.get("result");
    bool unordered = item.get("unordered").is_boolean() && item.get("unordered").as_boolean();
    bool fits = unordered ? same_in_any_order(*result, wanted) : document::equal(*result, wanted);
    return fits ? "" : "wanted " + shown(wanted) + ", got " + shown(*result);
  }

  Value input_of(const Value& item) {
    if (item.find("data")) return item.get("data");
    if (!item.get("dataset").is_text()) return {};
    std::string name(item.get("dataset").as_text());
    for (const auto& [known, value] : datasets_)
      if (known == name) return value;
    Result<Value> read = format::json::read(data_.copy(whole_file(folder_ + "/datasets/" + name + ".json")), data_);
    datasets_.push_back({name, read ? *read : Value()});
    return datasets_.back().second;
  }

  std::string folder_;
  Tally tally_;
  document::Arena data_;
  std::vector<std::pair<std::string, Value>> datasets_;
};

}  // namespace

int run_jsonata(const std::string& folder) { return Suite(folder).run(); }

}  // namespace arint::conformance
