// SPDX-License-Identifier: GPL-3.0-or-later
// Single nodes: variables, fields, wildcards, arrays, blocks, functions as values.
#include "mapping/evaluate/evaluator.hpp"
#include "mapping/evaluate/operators.hpp"

namespace arint::mapping {

Value Evaluator::variable(const VariableNode& node, Frame* frame) const {
  for (const Slot& place : node.places) {
    const Frame* at = frame;
    for (std::uint16_t up = place.up; up > 0; --up) at = at->parent;
    const Value& value = at->slots[place.slot];
    if (!(value.marks & mark::unset)) return value;
  }
  if (node.builtin) return value_of(node.builtin);
  return node.external >= 0 ? externals_[node.external] : Value();
}

namespace {

inline bool named(const Member& member, std::string_view name) noexcept { return same_text(member.name, name); }

}  // namespace

// No two members of an object have the same name (document/value.hpp).
const Value* Evaluator::member(const Value& object, std::string_view name) noexcept {
  std::span<const Member> members = object.members();
  Hint& hint = hints_[(reinterpret_cast<std::uintptr_t>(name.data()) ^ name.size()) % hint_count];
  if (hint.name == name.data() && hint.size == name.size() && hint.at < members.size()) [[likely]] {
    const Member& there = members[hint.at];
    if (there.name.size() == name.size() && (there.name.data() == hint.seen || named(there, name))) [[likely]] return &there.value;
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (!named(members[i], name)) continue;
    hint = {name.data(), members[i].name.data(), static_cast<std::uint32_t>(name.size()), static_cast<std::uint32_t>(i)};
    return &members[i].value;
  }
  return nullptr;
}

void Evaluator::field_into_stack(const Value& input, std::string_view name) {
  if (input.is_array()) {
    check_stack(offset_);
    work(input.size() / 8);
    for (std::size_t i = 0; i < input.size(); ++i) field_into_stack(input.items()[i], name);
    return;
  }
  const Value* found = input.is_object() ? member(input, name) : nullptr;
  if (!found) return;
  if (found->is_array())
    stack_.push_all(found->items());
  else
    stack_.push(*found);
}

Value Evaluator::field(const Value& input, std::string_view name) {
  if (input.is_object()) [[likely]] {
    const Value* found = member(input, name);
    return found ? *found : Value();
  }
  if (!input.is_array()) return {};
  std::size_t base = stack_.size();
  field_into_stack(input, name);
  return raw_sequence_from(base);
}

Value Evaluator::wildcard(const Value& input) {
  const Value& from = (input.marks & mark::root) && input.size() ? input.items()[0] : input;
  std::size_t base = stack_.size();
  bool appended = false;
  auto flatten = [this](auto& self, const Value& value) -> void {
    check_stack(offset_);
    if (!value.is_array()) return stack_.push(value);
    for (const Value& item : value.items()) self(self, item);
  };
  auto add = [&](const Value& value) {
    appended |= value.is_array();
    flatten(flatten, value);
  };
  if (from.is_object())
    for (const Member& member : from.members()) add(member.value);
  if (from.is_array())
    for (const Value& item : from.items()) add(item);
  work((stack_.size() - base) / 8);
  Value out = stack_.take_array(base);
  // An array among the values makes the result an array for good.
  if (!appended) out.marks = mark::sequence;
  return out;
}

void Evaluator::descend(const Value& input, std::uint32_t offset) {
  check_stack(offset);
  if (!input.is_array()) stack_.push(input);
  work(1);
  if (input.is_array())
    for (const Value& item : input.items()) descend(item, offset);
  else if (input.is_object())
    for (const Member& member : input.members()) descend(member.value, offset);
}

Value Evaluator::descendants(const Value& input, std::uint32_t offset) {
  if (input.is_absent()) return {};
  std::size_t base = stack_.size();
  descend(input, offset);
  return sequence_from(base);
}

Value Evaluator::array(const ArrayNode& node, const Value& input, Frame* frame) {
  std::size_t base = stack_.size();
  Value only;
  bool spread_only = node.items.size() == 1 && !node.items[0].nested;
  for (const ArrayNode::Item& item : node.items) {
    Value value = evaluate(item.node, input, frame);
    if (value.is_absent()) continue;
    if (value.is_array() && !item.nested) {
      // [expr] of an array is that array, not a copy of it.
      if (spread_only) {
        only = value;
        break;
      }
      stack_.push_all(value.items());
      work(value.size() / 16);
    } else {
      if (value.is_number() && !value.holds_integer() && !value.holds_written()) require_finite(value, item.node->offset);
      stack_.push(value);
    }
  }
  Value out = only.is_array() ? Value::array(only.items()) : stack_.take_array(base);
  if (node.whole) out.marks = mark::whole;
  return out;
}

Value Evaluator::range(const BinaryNode& node, const Value& input, Frame* frame) {
  Value left = evaluate(node.left, input, frame);
  Value right = evaluate(node.right, input, frame);
  auto whole = [](const Value& v) { return v.is_number() && std::trunc(number_value(v)) == number_value(v) && std::isfinite(number_value(v)); };
  if (!left.is_absent() && !whole(left))
    fail("T2003", node.offset, "the left side of .. must be a whole number, found " + document::described(left), left);
  if (!right.is_absent() && !whole(right))
    fail("T2004", node.offset, "the right side of .. must be a whole number, found " + document::described(right), right);
  if (left.is_absent() || right.is_absent()) return {};
  double from = number_value(left), to = number_value(right);
  if (from > to) return {};
  constexpr double most = 1e7;
  if (to - from + 1 > most) fail("D2014", node.offset, "the range from " + document::described(left) + " to " + document::described(right) + " has more than ten million numbers", left);
  auto count = static_cast<std::size_t>(to - from + 1);
  work(count / 16);
  Value* items = arena_.allocate_array<Value>(count);
  for (std::size_t i = 0; i < count; ++i) new (items + i) Value(number_of(from + static_cast<double>(i)));
  Value out = Value::array({items, count});
  out.marks = mark::sequence;
  return collapsed(out, node.keep_array);
}

Frame* Evaluator::enter(const BlockNode& node, Frame* frame) {
  if (node.slot_count == 0) return frame;
  Frame* inner = frame;
  if (node.own_frame) {
    inner = arena_.make<Frame>();
    inner->parent = frame;
    inner->slots = arena_.allocate_array<Value>(node.slot_count);
  }
  Value unset;
  unset.marks = mark::unset;
  for (std::size_t i = 0; i < node.slot_count; ++i) new (inner->slots + node.first_slot + i) Value(unset);
  return inner;
}

Value Evaluator::block(const BlockNode& node, const Value& input, Frame* frame) {
  Frame* inner = enter(node, frame);
  Value out;
  for (const Node* part : node.parts) out = evaluate(part, input, inner);
  return out;
}

Value Evaluator::lambda(const LambdaNode& node, const Value& input, Frame* frame) {
  Lambda* out = arena_.make<Lambda>();
  out->kind = Function::Kind::lambda;
  out->node = &node;
  out->frame = frame;
  out->context = input;
  return value_of(out);
}

Value Evaluator::regex(const RegexNode& node) {
  RegexFunction* out = arena_.make<RegexFunction>();
  out->kind = Function::Kind::regex;
  out->regex = node.regex;
  return value_of(out);
}

}  // namespace arint::mapping
