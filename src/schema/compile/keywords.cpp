// SPDX-License-Identifier: GPL-3.0-or-later
// One keyword after the other: values, numbers, texts, and the combinations of schemas.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "schema/compile/compiler.hpp"
#include "schema/compile/uri.hpp"

namespace arint::schema {

using document::Value;

bool Compiler::logic_keyword(const Source& in, std::string_view name, const Value& value) {
  if (name == "allOf") return list(in, name, value, logic_rules(in.node).all_of), true;
  if (name == "anyOf") return list(in, name, value, logic_rules(in.node).any_of), true;
  if (name == "oneOf") return list(in, name, value, logic_rules(in.node).one_of), true;
  if (name == "not") return logic_rules(in.node).negated = node_for(value), true;
  return false;
}

bool Compiler::value_keyword(const Source& in, std::string_view name, const Value& value) {
  if (name == "type") return types(in, value), true;
  if (name == "enum") return allowed_values(in, value), true;
  if (name != "const") return false;
  ValueRules& values = value_rules(in.node);
  values.has_constant = true;
  values.constant = value;
  return true;
}

void Compiler::types(const Source& in, const Value& value) {
  struct Name {
    const char* name;
    std::uint8_t bits;
  };
  constexpr std::array<Name, 7> known{{{"array", type_array}, {"boolean", type_boolean}, {"integer", type_whole}, {"null", type_null},
                                       {"number", type_number}, {"object", type_object}, {"string", type_text}}};
  std::uint8_t bits = 0;
  auto add = [&](const Value& one) {
    for (const Name& type : known)
      if (one.is_text() && one.as_text() == type.name) {
        bits = static_cast<std::uint8_t>(bits | type.bits);
        return;
      }
    std::vector<std::string> names;
    for (const Name& type : known) names.emplace_back(type.name);
    std::string near = one.is_text() ? nearest(one.as_text(), names) : "";
    problem(in, "type", document::described(one) + " is no type, known are " + join(names, " ") + (near.empty() ? "" : "; did you mean " + near + "?"));
  };
  if (value.is_array()) {
    if (value.size() == 0) return wrong(in, "type", value, "the name of a type, or a list of them");
    for (const Value& item : value.items()) add(item);
  } else {
    add(value);
  }
  in.node.types = bits;
}

void Compiler::allowed_values(const Source& in, const Value& value) {
  if (!value.is_array()) return wrong(in, "enum", value, "a list of values");
  ValueRules& values = value_rules(in.node);
  values.allowed = value;
  for (const Value& item : value.items()) {
    if (item.is_text())
      values.texts.add(item.as_text());
    else if (item.is_number() && item.holds_integer())
      values.whole.push_back(item.as_integer());
    else
      values.others.push_back(item);
  }
  std::sort(values.whole.begin(), values.whole.end());
}

bool Compiler::number_keyword(const Source& in, std::string_view name, const Value& value) {
  Value NumberRules::*slot = name == "minimum"            ? &NumberRules::minimum
                             : name == "exclusiveMinimum" ? &NumberRules::exclusive_minimum
                             : name == "maximum"          ? &NumberRules::maximum
                             : name == "exclusiveMaximum" ? &NumberRules::exclusive_maximum
                             : name == "multipleOf"       ? &NumberRules::multiple_of
                                                          : nullptr;
  if (!slot) return false;
  if (!value.is_number()) return wrong(in, name, value, "a number"), true;
  NumberRules& numbers = number_rules(in.node);
  numbers.*slot = value;
  if (name == "multipleOf" && !Divisor::from(value, numbers.divisor)) wrong(in, name, value, "a number above 0");
  return true;
}

bool Compiler::text_keyword(const Source& in, std::string_view name, const Value& value) {
  if (name == "format") {
    if (!value.is_text()) return wrong(in, name, value, "text"), true;
    bool asserted = options_.assert_formats || in.dialect.format_assertion;
    FormatCheck check = asserted ? format_named(value.as_text()) : nullptr;
    if (!check) return true;
    text_rules(in.node).format = check;
    text_rules(in.node).format_name = value.as_text();
    return true;
  }
  if (!in.dialect.validation) return false;
  if (name == "minLength") return text_rules(in.node).shortest = count(in, name, value), true;
  if (name == "maxLength") return text_rules(in.node).longest = count(in, name, value), true;
  if (name != "pattern") return false;
  if (!value.is_text()) return wrong(in, name, value, "text"), true;
  text_rules(in.node).pattern = pattern(in, "pattern", value.as_text());
  return true;
}

}  // namespace arint::schema
