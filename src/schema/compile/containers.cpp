// SPDX-License-Identifier: GPL-3.0-or-later
// The keywords of objects and arrays. Those that hold schemas belong to the applicator vocabulary, the others to validation.
#include <algorithm>

#include "base/text.hpp"
#include "document/pointer.hpp"
#include "schema/compile/compiler.hpp"

namespace arint::schema {

using document::Member;
using document::Value;

bool Compiler::object_keyword(const Source& in, std::string_view name, const Value& value) {
  if (name == "properties") return properties(in, value), true;
  if (name == "patternProperties") return pattern_properties(in, value), true;
  if (name == "additionalProperties") return object_rules(in.node).additional = node_for(value), true;
  if (name == "propertyNames") return object_rules(in.node).property_names = node_for(value), true;
  if (name == "dependencies") return dependencies(in, name, value), true;
  bool newer = in.dialect.draft == Draft::draft2020_12;
  if (name == "dependentSchemas" && newer) return dependencies(in, name, value), true;
  if (!in.dialect.validation) return false;
  if (name == "dependentRequired" && newer) return dependencies(in, name, value), true;
  if (name == "required") return required(in, value), true;
  if (name == "minProperties") return object_rules(in.node).fewest = count(in, name, value), true;
  if (name == "maxProperties") return object_rules(in.node).most = count(in, name, value), true;
  return false;
}

void Compiler::properties(const Source& in, const Value& value) {
  if (!value.is_object()) return wrong(in, "properties", value, "an object of schemas");
  ObjectRules& object = object_rules(in.node);
  for (const Member& member : value.members()) {
    std::uint32_t number = object.names.add(member.name);
    if (number >= object.properties.size()) object.properties.resize(number + 1);
    object.properties[number].node = node_for(*value.find(member.name));
  }
}

void Compiler::pattern_properties(const Source& in, const Value& value) {
  if (!value.is_object()) return wrong(in, "patternProperties", value, "an object of schemas");
  ObjectRules& object = object_rules(in.node);
  for (const Member& member : value.members()) {
    std::shared_ptr<const regex::Regex> compiled = pattern(in, "patternProperties/" + document::escaped_token(member.name), member.name);
    if (compiled) object.patterns.push_back({std::move(compiled), node_for(member.value)});
  }
}

void Compiler::required(const Source& in, const Value& value) {
  ObjectRules& object = object_rules(in.node);
  std::vector<std::string> given;
  if (!names(in, "required", value, given)) return;
  for (std::string& name : given) {
    if (std::find(object.required.begin(), object.required.end(), name) != object.required.end()) continue;
    std::size_t bit = object.required.size();
    if (bit < 64) {
      std::uint32_t number = object.names.add(name);
      if (number >= object.properties.size()) object.properties.resize(number + 1);
      object.properties[number].required = std::uint64_t{1} << bit;
      object.required_bits |= std::uint64_t{1} << bit;
    } else {
      object.required_more.push_back(name);
    }
    object.required.push_back(std::move(name));
  }
}

void Compiler::dependencies(const Source& in, std::string_view name, const Value& value) {
  const char* keyword = name == "dependencies" ? "dependencies" : name == "dependentSchemas" ? "dependentSchemas" : "dependentRequired";
  if (!value.is_object()) return wrong(in, name, value, "an object");
  for (const Member& member : value.members()) {
    Dependency dependency;
    dependency.name = member.name;
    dependency.keyword = keyword;
    bool lists = name == "dependentRequired" || (name == "dependencies" && member.value.is_array());
    if (lists) {
      if (!names(in, std::string(name) + "/" + std::string(member.name), member.value, dependency.required)) continue;
    } else {
      dependency.node = node_for(member.value);
    }
    object_rules(in.node).dependencies.push_back(std::move(dependency));
  }
}

bool Compiler::array_keyword(const Source& in, std::string_view name, const Value& value) {
  bool newer = in.dialect.draft == Draft::draft2020_12;
  if (name == "items" || (name == "prefixItems" && newer) || (name == "additionalItems" && !newer)) return items(in, name, value), true;
  if (name == "contains") return array_rules(in.node).contains = node_for(value), true;
  if (!in.dialect.validation) return false;
  if (name == "minContains" && newer) return array_rules(in.node).contains_least = count(in, name, value), true;
  if (name == "maxContains" && newer) return array_rules(in.node).contains_most = count(in, name, value), true;
  if (name == "minItems") return array_rules(in.node).fewest = count(in, name, value), true;
  if (name == "maxItems") return array_rules(in.node).most = count(in, name, value), true;
  if (name != "uniqueItems") return false;
  if (!value.is_boolean()) return wrong(in, name, value, "true or false"), true;
  array_rules(in.node).unique = value.as_boolean();
  return true;
}

void Compiler::items(const Source& in, std::string_view name, const Value& value) {
  ArrayRules& array = array_rules(in.node);
  bool newer = in.dialect.draft == Draft::draft2020_12;
  if (name == "prefixItems" || (!newer && name == "items" && value.is_array())) {
    // Draft 7 allows the list to be empty.
    if (value.is_array() && value.size() == 0 && !newer) return;
    if (list(in, name, value, array.first)) array.first_keyword = newer ? "prefixItems" : "items";
    return;
  }
  if (newer && value.is_array()) return wrong(in, name, value, "a schema; since 2020-12 a list of them is written as prefixItems");
  const Node* rest = node_for(value);
  // additionalItems means something only behind a list of items.
  if (name == "additionalItems" && !in.schema.get("items").is_array()) return;
  array.rest = rest;
  array.rest_keyword = name == "items" ? "items" : "additionalItems";
}

}  // namespace arint::schema
