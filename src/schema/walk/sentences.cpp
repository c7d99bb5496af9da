// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema/walk/sentences.hpp"

#include <array>
#include <utility>

#include "base/text.hpp"

namespace arint::schema {

using document::Value;

namespace {

constexpr std::size_t most_shown = 60;

std::string either(const std::vector<std::string>& list) {
  std::string out;
  for (std::size_t i = 0; i < list.size(); ++i) out += (i == 0 ? "" : i + 1 == list.size() ? " or " : ", ") + list[i];
  return out;
}

}  // namespace

std::string shown(const Value& value) {
  if (value.is_text()) return quoted(value.as_text(), most_shown);
  if (value.is_number()) {
    std::string out;
    value.append_number(out);
    return out.size() > most_shown ? out.substr(0, most_shown) + "..." : out;
  }
  return document::described(value);
}

std::string type_names(std::uint8_t types) {
  constexpr std::array<std::pair<std::uint8_t, const char*>, 5> names{{
      {type_null, "null"}, {type_boolean, "true or false"}, {type_text, "a text"}, {type_array, "an array"}, {type_object, "an object"}}};
  std::vector<std::string> out;
  if ((types & type_number) == type_number) out.emplace_back("a number");
  else if (types & type_whole) out.emplace_back("a whole number");
  for (const auto& [bit, name] : names)
    if (types & bit) out.emplace_back(name);
  return either(out);
}

std::string not_of_type(const Node& node, const Value& value) {
  if (node.never) return "nothing is allowed here, found " + document::described(value);
  return "found " + document::described(value) + ", allowed is " + type_names(node.types);
}

std::string not_allowed(const ValueRules& rules, const Value& value) {
  constexpr std::size_t most_listed = 8;
  std::vector<std::string> list;
  std::size_t count = rules.allowed ? rules.allowed->size() : 0;
  for (std::size_t i = 0; i < count && i < most_listed; ++i) list.push_back(shown(rules.allowed->items()[i]));
  std::string out = "found " + shown(value) + ", allowed is " + (list.empty() ? "nothing" : either(list));
  if (count > most_listed) return out + " or one of " + std::to_string(count - most_listed) + " more";
  if (!value.is_text()) return out;
  std::string near = nearest(value.as_text(), rules.texts.names());
  return near.empty() ? out : out + "; did you mean " + quoted(near) + "?";
}

std::string out_of_bounds(const Value& value, std::string_view relation, const Value& bound) {
  return "found " + shown(value) + ", allowed is " + std::string(relation) + " " + shown(bound);
}

std::string counted(std::size_t count, std::string_view one) {
  std::string out = std::to_string(count) + " " + std::string(one);
  if (count == 1) return out;
  if (one == "property") return std::to_string(count) + " properties";
  return out + "s";
}

std::string size_sentence(std::size_t found, std::string_view one, std::string_view relation, std::size_t allowed) {
  return "found " + counted(found, one) + ", allowed is " + std::string(relation) + " " + std::to_string(allowed);
}

std::string not_a_property(const ObjectRules& rules, std::string_view name) {
  std::string out = "the property " + quoted(name, most_shown) + " is not allowed here";
  std::string near = nearest(name, rules.names.names());
  return near.empty() ? out : out + "; did you mean " + quoted(near, most_shown) + "?";
}

std::string no_alternative(const Value& value, const std::vector<std::string>& reasons) {
  constexpr std::size_t most_listed = 4;
  std::string out = "found " + document::described(value) + ", which fits none of " + counted(reasons.size(), "alternative") + ":";
  for (std::size_t i = 0; i < reasons.size() && i < most_listed; ++i) out += " (" + std::to_string(i + 1) + ") " + reasons[i];
  return reasons.size() > most_listed ? out + " ..." : out;
}

}  // namespace arint::schema
