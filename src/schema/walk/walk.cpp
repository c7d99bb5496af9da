// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema/walk/walk.hpp"

#include <algorithm>

#include "document/code_points.hpp"
#include "schema/values/equality.hpp"
#include "schema/walk/containers.hpp"
#include "schema/walk/logic.hpp"
#include "schema/walk/sentences.hpp"

namespace arint::schema {

using document::code_points;
using document::Kind;
using document::Value;

namespace {

// By Kind: absent null boolean number text bytes array object opaque. Numbers are looked at more closely.
constexpr std::uint8_t type_by_kind[] = {type_other, type_null,  type_boolean, type_number, type_text,
                                         type_other, type_array, type_object,  type_other};

}  // namespace

template <class Sink>
[[gnu::always_inline]] inline bool Walk<Sink>::type(const Node& node, const Value& value) {
  std::uint8_t bits = type_by_kind[static_cast<std::size_t>(value.kind())];
  std::uint8_t both = node.types & bits;
  if (bits != type_number || both == type_number) return both != 0;
  if (both == 0) return false;
  return (both == type_whole) == is_whole(value);
}

template <class Sink>
[[gnu::always_inline]] inline bool Walk<Sink>::scalar_rules(const Node& node, const Value& value) {
  std::size_t before = sink_.count();
  if (node.values && !values(node, value)) return false;
  if (node.text && value.is_text() && !text(node, value.as_text())) return false;
  if (node.number && value.is_number() && !number(node, value)) return false;
  return sink_.count() == before;
}

template <class Sink>
[[gnu::always_inline]] inline bool Walk<Sink>::all_rules(const Node& node, const Value& value, Marks* marks) {
  std::size_t before = sink_.count();
  if (!scalar_rules(node, value) && sink_.full()) return false;
  if (value.is_array() && node.array) {
    if (node.array->unevaluated) return unevaluated_rules(node, value, marks, before);
    if (!array(node, value, marks)) return false;
  } else if (value.is_object() && node.object) {
    if (node.object->unevaluated) return unevaluated_rules(node, value, marks, before);
    if (!object(node, value, marks)) return false;
  }
  if (node.logic && !logic(node, value, marks)) return false;
  return sink_.count() == before;
}

// For unevaluatedItems and unevaluatedProperties: what the other rules looked at is noted, and the rest asked last.
template <class Sink>
[[gnu::noinline]] bool Walk<Sink>::unevaluated_rules(const Node& node, const Value& value, Marks* marks, std::size_t before) {
  const bool list = value.is_array();
  Marks own(value.size());
  if (!(list ? array(node, value, &own) : object(node, value, &own)) || (node.logic && !logic(node, value, &own))) return false;
  // After a fault nobody can tell what would have been looked at.
  if (sink_.count() == before && !(list ? unevaluated_items(node, value, own) : unevaluated_members(node, value, own))) return false;
  if (marks) marks->set_all();
  return sink_.count() == before;
}

template <class Sink>
bool Walk<Sink>::scoped_rules(const Node& node, const Value& value, Marks* marks) {
  if (scope_ && scope_->resource == node.resource) return all_rules(node, value, marks);
  Scope here{node.resource, scope_};
  const Scope* before = scope_;
  scope_ = &here;
  bool good = all_rules(node, value, marks);
  scope_ = before;
  return good;
}

template <class Sink>
[[gnu::always_inline]] inline bool Walk<Sink>::rules(const Node& node, const Value& value, Marks* marks) {
  // Scalars without combinations need no guard: nothing nests below them.
  if (!node.logic && !node.array && !node.object) return scalar_rules(node, value);
  if (depth_ >= program_.most_depth) {
    if (!too_deep_) stop(node, "", [&] { return "nested deeper than " + std::to_string(program_.most_depth) + ", which is not checked"; });
    too_deep_ = true;
    return false;
  }
  ++depth_;
  bool good = program_.dynamic ? scoped_rules(node, value, marks) : all_rules(node, value, marks);
  --depth_;
  return good;
}

template <class Sink>
bool Walk<Sink>::node(const Node& node, const Value& value, Marks* marks) {
  if (!type(node, value)) [[unlikely]] {
    // With the wrong type the other rules have nothing to say.
    stop(node, node.never ? "" : "type", [&] { return not_of_type(node, value); });
    return false;
  }
  return node.trivial || rules(node, value, marks);
}

template <class Sink>
bool Walk<Sink>::values(const Node& node, const Value& value) {
  const ValueRules& rules = *node.values;
  if (rules.has_constant && !same(rules.constant, value) &&
      stop(node, "const", [&] { return "found " + shown(value) + ", allowed is only " + shown(rules.constant); }))
    return false;
  if (!rules.allowed) return true;
  bool found = false;
  if (value.is_text())
    found = rules.texts.find(value.as_text()) != NameTable::none;
  else if (value.is_number() && value.holds_integer())
    found = std::binary_search(rules.whole.begin(), rules.whole.end(), value.as_integer());
  else if (value.is_number())
    found = std::any_of(rules.whole.begin(), rules.whole.end(), [&](std::int64_t one) { return compare(Value::integer(one), value) == 0; });
  if (!found) found = std::any_of(rules.others.begin(), rules.others.end(), [&](const Value& one) { return same(one, value); });
  return found || !stop(node, "enum", [&] { return not_allowed(rules, value); });
}

template <class Sink>
bool Walk<Sink>::number(const Node& node, const Value& value) {
  const NumberRules& rules = *node.number;
  auto beyond = [&](const char* keyword, const char* relation, const Value& bound, bool broken) {
    return broken && stop(node, keyword, [&] { return out_of_bounds(value, relation, bound); });
  };
  if (!rules.minimum.is_absent() && beyond("minimum", "at least", rules.minimum, compare(value, rules.minimum) < 0)) return false;
  if (!rules.exclusive_minimum.is_absent() &&
      beyond("exclusiveMinimum", "above", rules.exclusive_minimum, compare(value, rules.exclusive_minimum) <= 0))
    return false;
  if (!rules.maximum.is_absent() && beyond("maximum", "at most", rules.maximum, compare(value, rules.maximum) > 0)) return false;
  if (!rules.exclusive_maximum.is_absent() &&
      beyond("exclusiveMaximum", "below", rules.exclusive_maximum, compare(value, rules.exclusive_maximum) >= 0))
    return false;
  return rules.multiple_of.is_absent() ||
         !beyond("multipleOf", "a multiple of", rules.multiple_of, !rules.divisor.divides(value));
}

template <class Sink>
bool Walk<Sink>::text(const Node& node, std::string_view text) {
  const TextRules& rules = *node.text;
  // A character has one to four bytes: most texts need no counting.
  std::size_t bytes = text.size();
  if (bytes / 4 < rules.shortest || bytes > rules.longest) {
    std::size_t characters = bytes < rules.shortest ? bytes : code_points(text);
    if (characters < rules.shortest &&
        stop(node, "minLength", [&] { return size_sentence(code_points(text), "character", "at least", rules.shortest); }))
      return false;
    if (characters > rules.longest && stop(node, "maxLength", [&] { return size_sentence(characters, "character", "at most", rules.longest); }))
      return false;
  }
  if (rules.pattern && !rules.pattern->found_in(text) &&
      stop(node, "pattern", [&] { return "found " + shown(Value::text(text)) + ", which does not match the pattern " + rules.pattern->pattern(); }))
    return false;
  return !rules.format || rules.format(text) ||
         !stop(node, "format", [&] { return "found " + shown(Value::text(text)) + ", which is no " + rules.format_name; });
}

template class Walk<Quiet>;
template class Walk<Reporter>;

}  // namespace arint::schema
