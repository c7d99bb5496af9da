// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/values/literal.hpp"

#include "base/text.hpp"
#include "message/run.hpp"

namespace arint::flow {
namespace {

using document::Value;

bool json_number(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  if (at == text.size() || text[at] < '0' || text[at] > '9') return false;
  if (text[at] == '0' && at + 1 < text.size() && text[at + 1] >= '0' && text[at + 1] <= '9') return false;
  return text.find_first_not_of("0123456789.eE+-") == std::string_view::npos && text.back() != '.';
}

Value scalar(const declare::Node& node, document::Arena& arena) {
  switch (declare::scalar_type(node)) {
    case declare::Scalar::boolean: return Value::boolean(node.text == "true" || node.text == "True" || node.text == "TRUE");
    case declare::Scalar::integer:
      if (auto whole = declare::integer_of(node.text)) return Value::integer(*whole);
      [[fallthrough]];
    case declare::Scalar::real:
      if (json_number(node.text)) return Value::written(arena.copy(node.text));
      if (auto real = declare::real_of(node.text)) return Value::real(*real);
      [[fallthrough]];
    case declare::Scalar::text: break;
  }
  return document::text_of(arena, node.text);
}

}  // namespace

Value literal(const declare::Node& node, document::Arena& arena) {
  switch (node.kind) {
    case declare::Kind::null: return Value::null();
    case declare::Kind::scalar: return scalar(node, arena);
    case declare::Kind::list: {
      std::vector<Value> items;
      for (const declare::Node& item : node.items) items.push_back(literal(item, arena));
      return document::array_of(arena, items);
    }
    case declare::Kind::map: {
      std::vector<document::Member> members;
      for (const declare::Member& member : node.members) members.push_back({arena.copy(member.name), literal(member.value, arena)});
      return document::object_of(arena, members);
    }
  }
  return {};
}

Constant Constant::compile(const declare::Value& written, declare::Reading& reading) {
  Constant out;
  if (written.is_expression) {
    out.expression_ = message::Expression::compile(written.expression, reading);
    if (!out.expression_.given() && trim(written.expression.source).empty())
      reading.fault(written.node.at, "an empty text is no expression; write \"''\" for a text without characters");
  } else {
    out.arena_ = std::make_shared<document::Arena>();
    out.literal_ = literal(written.node, *out.arena_);
  }
  return out;
}

Result<Value> Constant::value(message::Run& run) const {
  if (!expression_.given()) return literal_;
  return run.evaluate(expression_);
}

std::vector<std::string> place(std::string_view dotted) {
  std::vector<std::string> out;
  for (std::string_view name : split(dotted, '.')) out.emplace_back(name);
  return out;
}

Value with_place(document::Arena& arena, const Value& base, std::span<const std::string> place, const Value& value) {
  if (place.empty()) return value;
  Value inner = with_place(arena, base.get(place[0]), place.subspan(1), value);
  // An absent value takes the member away: JSONata's "nothing" is no null.
  if (inner.is_absent()) return base.is_object() ? document::without_member(arena, base, place[0]) : base;
  return document::with_member(arena, base, place[0], inner);
}

Value without_place(document::Arena& arena, const Value& base, std::span<const std::string> place) {
  if (!base.is_object() || place.empty()) return base;
  const Value* found = base.find(place[0]);
  if (!found) return base;
  if (place.size() == 1) return document::without_member(arena, base, place[0]);
  return document::with_member(arena, base, place[0], without_place(arena, *found, place.subspan(1)));
}

}  // namespace arint::flow
