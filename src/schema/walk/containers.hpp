// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Walk that goes into arrays and objects. Included by walk.cpp alone.
#pragma once
#include <algorithm>
#include <utility>

#include "schema/values/equality.hpp"
#include "schema/walk/sentences.hpp"
#include "schema/walk/walk.hpp"

namespace arint::schema {

template <class Sink>
template <class Step>
bool Walk<Sink>::child(Step step, const Node& child_node, const document::Value& value) {
  if constexpr (!Sink::reports) {
    return node(child_node, value);
  } else {
    sink_.enter(step);
    bool good = node(child_node, value);
    sink_.leave();
    return good || !sink_.full();
  }
}

template <class Sink>
bool Walk<Sink>::array(const Node& node, const document::Value& value, Marks* marks) {
  const ArrayRules& rules = *node.array;
  std::size_t count = value.size();
  if (count < rules.fewest && stop(node, "minItems", [&] { return size_sentence(count, "item", "at least", rules.fewest); })) return false;
  if (count > rules.most && stop(node, "maxItems", [&] { return size_sentence(count, "item", "at most", rules.most); })) return false;
  std::span<const document::Value> items = value.items();
  std::size_t first = std::min(rules.first.size(), count);
  for (std::size_t i = 0; i < first; ++i) {
    if (!child(i, *rules.first[i], items[i])) return false;
    if (marks) marks->set(i);
  }
  if (rules.rest) {
    const Node& rest = *rules.rest;
    for (std::size_t i = first; i < count; ++i)
      if (!child(i, rest, items[i])) return false;
    if (marks) marks->set_all();
  }
  if (rules.contains && !contained(node, value, marks)) return false;
  if (!rules.unique || count < 2) return true;
  const std::pair<std::size_t, std::size_t> equal = equal_items(items);
  return equal.first == equal.second || !stop(node, "uniqueItems", [&] {
    return "items " + std::to_string(equal.first) + " and " + std::to_string(equal.second) + " are equal: " + shown(items[equal.first]);
  });
}

template <class Sink>
bool Walk<Sink>::contained(const Node& node, const document::Value& value, Marks* marks) {
  const ArrayRules& rules = *node.array;
  bool mark = marks && rules.contains_marks;
  std::size_t found = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    // All have to be looked at only when somebody needs the marks or there is an upper limit.
    if (!mark && rules.contains_most == no_limit && found >= rules.contains_least) break;
    if (!fits(*rules.contains, value.items()[i], nullptr)) continue;
    ++found;
    if (mark) marks->set(i);
  }
  if (found < rules.contains_least && stop(node, rules.contains_least == 1 ? "contains" : "minContains", [&] {
        return "found " + counted(found, "item") + " of the kind that is asked for, at least " + std::to_string(rules.contains_least) + " must be there";
      }))
    return false;
  return found <= rules.contains_most || !stop(node, "maxContains", [&] {
    return "found " + counted(found, "item") + " of a kind of which at most " + std::to_string(rules.contains_most) + " may be there";
  });
}

template <class Sink>
bool Walk<Sink>::unevaluated_items(const Node& node, const document::Value& value, Marks& marks) {
  const Node& rest = *node.array->unevaluated;
  for (std::size_t i = 0; i < value.size(); ++i)
    if (!marks.test(i) && !child(i, rest, value.items()[i])) return false;
  return true;
}

template <class Sink>
[[gnu::always_inline]] inline bool Walk<Sink>::object(const Node& node, const document::Value& value, Marks* marks) {
  const ObjectRules& rules = *node.object;
  std::size_t count = value.size();
  if (count < rules.fewest && stop(node, "minProperties", [&] { return size_sentence(count, "property", "at least", rules.fewest); }))
    return false;
  if (count > rules.most && stop(node, "maxProperties", [&] { return size_sentence(count, "property", "at most", rules.most); })) return false;
  if (rules.looks_at_members && !members(node, value, marks)) return false;
  return rules.dependencies.empty() || dependencies(node, value, marks);
}

template <class Sink>
[[gnu::always_inline]] inline bool Walk<Sink>::members(const Node& node, const document::Value& value, Marks* marks) {
  const ObjectRules& rules = *node.object;
  std::uint64_t seen = 0;
  std::uint32_t next = 0;
  const bool plain = rules.patterns.empty() && !rules.property_names;
  std::span<const document::Member> all = value.members();
  // A copy: the values inside may be asked by the same rules.
  const bool shaped = all.size() <= Shape::most && rules.properties.size() < Shape::unknown;
  Shape shape;
  if (shaped && shape_of(rules).rules == &rules && shape_of(rules).count == all.size()) shape = shape_of(rules);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const document::Member& member = all[i];
    std::uint32_t number;
    if (shape.rules && member.name.data() == shape.members[i].name.data() && member.name.size() == shape.members[i].name.size()) [[likely]] {
      number = shape.numbers[i] == Shape::unknown ? NameTable::none : shape.numbers[i];
    } else {
      // Mostly members stand in the order of the schema.
      bool expected = next < rules.properties.size() && same_text(rules.properties[next].name, member.name);
      number = expected ? next : rules.names.find(member.name);
      if (shaped) shape.numbers[i] = static_cast<std::uint8_t>(number);
    }
    bool known = false;
    if (number != NameTable::none) {
      next = number + 1;
      const Property& property = rules.properties[number];
      seen |= property.required;
      known = property.node != nullptr;
      if (known && !child(member.name, *property.node, member.value)) return false;
    }
    if (!plain && !extras(node, member, known)) return false;
    if (!known && rules.additional) {
      known = true;
      if (!member_child(node, "additionalProperties", *rules.additional, member)) return false;
    }
    if (marks && known) marks->set(i);
  }
  if (shaped) {
    shape.rules = &rules;
    shape.members = all.data();
    shape.count = all.size();
    shape_of(rules) = shape;
  }
  if (seen == rules.required_bits && rules.required_more.empty()) [[likely]] return true;
  return missing(node, value, seen);
}

// What patterns and propertyNames say of one member.
template <class Sink>
bool Walk<Sink>::extras(const Node& node, const document::Member& member, bool& known) {
  for (const PatternProperty& property : node.object->patterns) {
    if (!property.pattern->found_in(member.name)) continue;
    known = true;
    if (!child(member.name, *property.node, member.value)) return false;
  }
  const Node* names = node.object->property_names;
  return !names || child(member.name, *names, document::Value::text(member.name));
}

// A member nobody named: the sentence is about its name when it may not be there at all.
template <class Sink>
bool Walk<Sink>::member_child(const Node& node, std::string_view keyword, const Node& child_node, const document::Member& member) {
  if (!Sink::reports || !child_node.never) return child(member.name, child_node, member.value);
  sink_.enter(member.name);
  bool end = stop(node, keyword, [&] { return not_a_property(*node.object, member.name); });
  sink_.leave();
  return !end;
}

template <class Sink>
bool Walk<Sink>::missing(const Node& node, const document::Value& value, std::uint64_t seen) {
  const ObjectRules& rules = *node.object;
  for (std::size_t i = 0; i < rules.required.size(); ++i) {
    const std::string& name = rules.required[i];
    bool there = i < 64 ? (seen >> i & 1) != 0 : value.find(name) != nullptr;
    if (!there && stop(node, "required", [&] { return "the property \"" + name + "\" is missing"; })) return false;
  }
  return true;
}

template <class Sink>
bool Walk<Sink>::dependencies(const Node& node, const document::Value& value, Marks* marks) {
  for (const Dependency& dependency : node.object->dependencies) {
    if (!value.find(dependency.name)) continue;
    for (const std::string& name : dependency.required)
      if (!value.find(name) && stop(node, dependency.keyword, [&] {
            return "the property \"" + name + "\" is missing, which must be there when \"" + dependency.name + "\" is";
          }))
        return false;
    if (dependency.node && !this->node(*dependency.node, value, marks) && sink_.full()) return false;
  }
  return true;
}

template <class Sink>
bool Walk<Sink>::unevaluated_members(const Node& node, const document::Value& value, Marks& marks) {
  const Node& rest = *node.object->unevaluated;
  std::span<const document::Member> all = value.members();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!marks.test(i) && !member_child(node, "unevaluatedProperties", rest, all[i])) return false;
  return true;
}

}  // namespace arint::schema
