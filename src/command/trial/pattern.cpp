// SPDX-License-Identifier: GPL-3.0-or-later
#include "command/trial/pattern.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "base/text.hpp"
#include "format/json/json.hpp"
#include "regex/regex.hpp"

namespace arint::command::trial {

using document::Value;

namespace {

constexpr std::string_view expression_mark = "~ ";

bool is_expression(const Value& pattern) { return pattern.is_text() && pattern.as_text().starts_with(expression_mark); }

bool found(std::string_view expression, const Value& got) {
  std::string text;
  if (got.is_number()) got.append_number(text);
  else if (got.is_text()) text = got.as_text();
  else return false;
  Result<std::shared_ptr<const regex::Regex>> compiled = regex::Regex::compile(expression.substr(expression_mark.size()));
  return compiled && (*compiled)->found_in(text);
}

}  // namespace

bool fits(const Value& pattern, const Value& got) {
  if (is_expression(pattern)) return found(pattern.as_text(), got);
  if (pattern.is_null()) return got.is_null() || got.is_absent();
  if (pattern.is_object()) {
    if (!got.is_object()) return false;
    const auto members = pattern.members();
    return std::all_of(members.begin(), members.end(), [&](const document::Member& one) { return fits(one.value, got.get(one.name)); });
  }
  if (pattern.is_array()) {
    if (!got.is_array() || got.size() != pattern.size()) return false;
    for (std::size_t i = 0; i < pattern.items().size(); ++i)
      if (!fits(pattern.items()[i], got.items()[i])) return false;
    return true;
  }
  return document::equal(pattern, got);
}

Value pruned(const Value& pattern, const Value& got, document::Arena& arena) {
  if (is_expression(pattern) || pattern.is_null()) return fits(pattern, got) ? pattern : got;
  if (pattern.is_object() && got.is_object()) {
    std::vector<document::Member> members;
    for (const document::Member& one : pattern.members())
      if (const Value kept = pruned(one.value, got.get(one.name), arena); !kept.is_absent()) members.push_back({one.name, kept});
    return document::object_of(arena, members);
  }
  if (pattern.is_array() && got.is_array()) {
    std::vector<Value> items;
    for (std::size_t i = 0; i < got.items().size(); ++i)
      items.push_back(i < pattern.items().size() ? pruned(pattern.items()[i], got.items()[i], arena) : got.items()[i]);
    return document::array_of(arena, items);
  }
  return got;
}

std::string shown(const Value& value) {
  static const std::unique_ptr<const format::Format> pretty = format::json::make({.pretty = true});
  if (value.is_absent()) return "(nothing)";
  std::string out;
  Result<void> written = pretty->write(value, {}, out);
  return written ? out : written.error().sentence;
}

}  // namespace arint::command::trial
