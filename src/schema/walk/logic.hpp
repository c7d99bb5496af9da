// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Walk that asks several schemas about the same value. Included by walk.cpp alone.
#pragma once
#include "base/text.hpp"
#include "schema/walk/sentences.hpp"
#include "schema/walk/walk.hpp"

namespace arint::schema {

template <class Sink>
bool Walk<Sink>::fits(const Node& node, const document::Value& value, Marks* marks) {
  Quiet quiet;
  Walk<Quiet> probe(program_, quiet, depth_, scope_);
  bool good;
  if (marks) {
    Marks learnt = marks->fresh();
    good = probe.node(node, value, &learnt);
    if (good) marks->add(learnt);
  } else {
    good = probe.node(node, value);
  }
  too_deep_ = too_deep_ || probe.too_deep();
  return good;
}

template <class Sink>
bool Walk<Sink>::logic(const Node& node, const document::Value& value, Marks* marks) {
  const LogicRules& rules = *node.logic;
  // In the quiet walk a false answer ends it; the reporter has noted it and goes on while it has room.
  auto ask = [&](const Node* other) { return this->node(*other, value, marks) || !sink_.full(); };
  if (rules.reference && !ask(rules.reference)) return false;
  if (rules.dynamic && !ask(dynamic_target(*rules.dynamic))) return false;
  for (const Node* other : rules.all_of)
    if (!ask(other)) return false;
  if (!rules.any_of.empty() && !any_of(node, value, marks)) return false;
  if (!rules.one_of.empty() && !one_of(node, value, marks)) return false;
  if (rules.negated && fits(*rules.negated, value, nullptr) &&
      stop(node, "not", [&] { return "found " + document::described(value) + ", which is just what is not allowed"; }))
    return false;
  return !rules.condition || condition(node, value, marks);
}

template <class Sink>
bool Walk<Sink>::any_of(const Node& node, const document::Value& value, Marks* marks) {
  bool any = false;
  for (const Node* other : node.logic->any_of) {
    any = fits(*other, value, marks) || any;
    if (any && !marks) return true;  // with marks all are asked: each that fits has something to say
  }
  if (any) return true;
  if constexpr (!Sink::reports) {
    return false;
  } else {
    // One alternative that is of the right type tells its own faults; several tell theirs in brief.
    std::vector<std::string> reasons;
    std::vector<Violation> near;
    std::size_t near_count = 0;
    for (const Node* other : node.logic->any_of) {
      Reporter reporter(sink_.room(), sink_.path());
      Walk<Reporter> probe(program_, reporter, depth_, scope_);
      probe.node(*other, value);
      std::vector<Violation> found = reporter.take();
      if (found.empty()) continue;
      reasons.push_back(found[0].sentence);
      if (!type(*other, value)) continue;
      ++near_count;
      near = std::move(found);
    }
    if (near_count == 1 && node.logic->any_of.size() > 1) {
      for (Violation& violation : near) sink_.add(std::move(violation));
      return !sink_.full();
    }
    return !stop(node, "anyOf", [&] { return no_alternative(value, reasons); });
  }
}

template <class Sink>
bool Walk<Sink>::one_of(const Node& node, const document::Value& value, Marks* marks) {
  std::size_t fitting = 0;
  std::size_t first = 0;
  std::size_t second = 0;
  const std::vector<const Node*>& alternatives = node.logic->one_of;
  for (std::size_t i = 0; i < alternatives.size(); ++i) {
    if (!fits(*alternatives[i], value, marks)) continue;
    (fitting++ == 0 ? first : second) = i + 1;
    if (fitting == 2) break;
  }
  if (fitting == 1) return true;
  return !stop(node, "oneOf", [&] {
    if (fitting > 1)
      return "found " + document::described(value) + ", which fits the alternatives " + std::to_string(first) + " and " +
             std::to_string(second) + "; exactly one is allowed";
    std::vector<std::string> reasons;
    for (const Node* other : alternatives) {
      Reporter reporter(1, "");  // only the sentence is kept
      Walk<Reporter>(program_, reporter, depth_, scope_).node(*other, value);
      std::vector<Violation> found = reporter.take();
      reasons.push_back(found.empty() ? "" : found[0].sentence);
    }
    return no_alternative(value, reasons);
  });
}

template <class Sink>
bool Walk<Sink>::condition(const Node& node, const document::Value& value, Marks* marks) {
  const LogicRules& rules = *node.logic;
  bool holds = fits(*rules.condition, value, marks);
  const Node* next = holds ? rules.then : rules.otherwise;
  return !next || this->node(*next, value, marks) || !sink_.full();
}

// The outermost resource on the way here that has the anchor. Core 2020-12, section 8.2.3.2.
template <class Sink>
const Node* Walk<Sink>::dynamic_target(const DynamicReference& reference) const {
  const Node* found = reference.otherwise;
  for (const Scope* scope = scope_; scope; scope = scope->outer)
    for (const auto& [resource, node] : reference.by_resource)
      if (resource == scope->resource) found = node;
  return found;
}

}  // namespace arint::schema
