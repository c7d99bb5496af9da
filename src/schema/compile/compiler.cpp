// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema/compile/compiler.hpp"

#include "base/text.hpp"
#include "document/pointer.hpp"

namespace arint::schema {

using document::Member;
using document::Value;

namespace {

// The rules are const for whoever walks the program; while compiling they are ours to fill.
template <class Rules>
Rules& rules(const Rules*& slot, std::deque<Rules>& store) {
  if (!slot) slot = &store.emplace_back();
  return const_cast<Rules&>(*slot);
}

}  // namespace

NumberRules& Compiler::number_rules(Node& node) { return rules(node.number, program_.numbers); }
TextRules& Compiler::text_rules(Node& node) { return rules(node.text, program_.texts); }
ArrayRules& Compiler::array_rules(Node& node) { return rules(node.array, program_.arrays); }
ObjectRules& Compiler::object_rules(Node& node) { return rules(node.object, program_.objects); }
ValueRules& Compiler::value_rules(Node& node) { return rules(node.values, program_.values); }
LogicRules& Compiler::logic_rules(Node& node) { return rules(node.logic, program_.logic); }

Result<void> Compiler::run(const Value& root) {
  program_.most_depth = options_.most_depth;
  const Value* copy = registry_.add_root(root);
  if (copy) {
    program_.root = node_for(*copy);
    // A dynamic reference may reach nodes nobody else does, and these may hold further dynamic references.
    while (fill_queue()) resolve_dynamic();
    if (!problems_.any()) refuse_loops();
    if (!problems_.any() && !program_.dynamic) shorten();
  }
  program_.loaded = registry_.loaded();
  if (problems_.any()) return problems_.error();
  return {};
}

bool Compiler::fill_queue() {
  bool any = !queue_.empty();
  while (!queue_.empty()) {
    Waiting next = queue_.front();
    queue_.pop_front();
    fill(*next.schema, *next.node);
  }
  return any;
}

const Node* Compiler::node_for(const Value& schema) {
  Node*& known = by_schema_[&schema];
  if (known) return known;
  known = &program_.nodes.emplace_back();
  const Place& place = registry_.place(&schema);
  known->resource = place.resource;
  known->location = place.location;
  if (program_.nodes.size() <= options_.most_nodes)
    queue_.push_back({&schema, known});
  else if (program_.nodes.size() == options_.most_nodes + 1)
    problems_.add(place.location, "the schema has more than " + std::to_string(options_.most_nodes) + " subschemas");
  return known;
}

void Compiler::fill(const Value& schema, Node& node) {
  const Place place = registry_.place(&schema);
  const Dialect dialect = registry_.resource(place.resource).dialect;
  Source in{schema, place, dialect, node};
  if (schema.is_boolean()) {
    node.never = !schema.as_boolean();
    if (node.never) node.types = 0;
    return;
  }
  if (!schema.is_object()) {
    problems_.add(place.location, "a schema is an object, true or false, found " + document::described(schema));
    return;
  }
  const Value* referred = schema.find("$ref");
  if (referred && dialect.draft == Draft::draft7) {
    reference(in, "$ref", *referred);  // and nothing beside it
  } else {
    for (const Member& member : schema.members()) keyword(in, member.name, member.value);
    if (dialect.applicator) condition(in);
  }
  finish(in);
}

void Compiler::keyword(const Source& in, std::string_view name, const Value& value) {
  if (name.empty()) return;
  if (name == "$ref" || name == "$dynamicRef") {
    if (name == "$ref" || in.dialect.draft == Draft::draft2020_12) reference(in, name, value);
    return;
  }
  if (in.dialect.applicator && (logic_keyword(in, name, value) || object_keyword(in, name, value) || array_keyword(in, name, value))) return;
  if (in.dialect.unevaluated && in.dialect.draft == Draft::draft2020_12) {
    if (name == "unevaluatedItems") array_rules(in.node).unevaluated = node_for(value);
    if (name == "unevaluatedProperties") object_rules(in.node).unevaluated = node_for(value);
  }
  if (in.dialect.validation && (value_keyword(in, name, value) || number_keyword(in, name, value))) return;
  text_keyword(in, name, value);
}

void Compiler::reference(const Source& in, std::string_view name, const Value& value) {
  if (!value.is_text()) return wrong(in, name, value, "text");
  Registry::Target target = registry_.find(value.as_text(), in.place, in.place.location + "/" + std::string(name));
  if (!target.schema) return;
  LogicRules& logic = logic_rules(in.node);
  // Without a $dynamicAnchor at its first target, a dynamic reference is an ordinary one.
  if (name == "$ref" || target.dynamic_anchor.empty()) {
    const Node* node = node_for(*target.schema);
    if (logic.reference)
      logic.all_of.push_back(node);  // $ref and $dynamicRef side by side
    else
      logic.reference = node;
    return;
  }
  program_.dynamic = true;
  logic.dynamic.emplace();
  logic.dynamic->otherwise = node_for(*target.schema);
  dynamic_.push_back({&*logic.dynamic, target.dynamic_anchor});
}

void Compiler::resolve_dynamic() {
  for (Dynamic& dynamic : dynamic_) {
    dynamic.reference->by_resource.clear();
    for (std::uint32_t i = 0; i < registry_.resource_count(); ++i) {
      const auto& anchors = registry_.resource(i).dynamic_anchors;
      auto found = anchors.find(dynamic.anchor);
      if (found != anchors.end()) dynamic.reference->by_resource.emplace_back(i, node_for(*found->second));
    }
  }
}

void Compiler::condition(const Source& in) {
  const Value* condition = in.schema.find("if");
  if (!condition) return;  // then and else mean nothing alone
  LogicRules& logic = logic_rules(in.node);
  logic.condition = node_for(*condition);
  if (const Value* then = in.schema.find("then")) logic.then = node_for(*then);
  if (const Value* otherwise = in.schema.find("else")) logic.otherwise = node_for(*otherwise);
}

// What depends on several keywords together.
void Compiler::finish(const Source& in) {
  Node& node = in.node;
  if (node.array) {
    ArrayRules& array = array_rules(node);
    array.contains_marks = in.dialect.draft == Draft::draft2020_12;
    if (!array.contains) {
      array.contains_least = 0;
      array.contains_most = no_limit;
    }
  }
  if (node.object) {
    ObjectRules& object = object_rules(node);
    object.looks_at_members = object.names.size() > 0 || !object.patterns.empty() || object.additional || object.property_names;
  }
  node.trivial = !node.number && !node.text && !node.array && !node.object && !node.values && !node.logic;
}

std::size_t Compiler::count(const Source& in, std::string_view name, const Value& value) {
  if (value.is_number() && is_whole(value) && compare(value, Value::integer(0)) >= 0) {
    if (compare(value, Value::integer(std::numeric_limits<std::int64_t>::max())) >= 0) return no_limit;
    return value.holds_integer() ? static_cast<std::size_t>(value.as_integer()) : static_cast<std::size_t>(value.as_double());
  }
  wrong(in, name, value, "a whole number from 0");
  return 0;
}

bool Compiler::names(const Source& in, std::string_view name, const Value& value, std::vector<std::string>& out) {
  bool good = value.is_array();
  if (good)
    for (const Value& item : value.items()) {
      good = good && item.is_text();
      if (item.is_text()) out.emplace_back(item.as_text());
    }
  if (!good) wrong(in, name, value, "a list of texts");
  return good;
}

bool Compiler::list(const Source& in, std::string_view name, const Value& value, std::vector<const Node*>& out) {
  if (!value.is_array() || value.size() == 0) {
    wrong(in, name, value, "a list of at least one schema");
    return false;
  }
  for (const Value& item : value.items()) out.push_back(node_for(item));
  return true;
}

std::shared_ptr<const regex::Regex> Compiler::pattern(const Source& in, const std::string& where, std::string_view text) {
  Result<std::shared_ptr<const regex::Regex>> compiled = regex::Regex::compile(text);
  if (compiled) return *compiled;
  problems_.add(in.place.location + "/" + where, compiled.error().sentence);
  return nullptr;
}

void Compiler::problem(const Source& in, std::string_view name, const std::string& sentence) {
  problems_.add(in.place.location + "/" + document::escaped_token(name), sentence);
}

void Compiler::wrong(const Source& in, std::string_view name, const Value& value, std::string_view expected) {
  problem(in, name, "must be " + std::string(expected) + ", found " + document::described(value));
}

}  // namespace arint::schema
