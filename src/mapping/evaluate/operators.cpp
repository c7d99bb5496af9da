// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/evaluate/operators.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "mapping/evaluate/evaluator.hpp"

namespace arint::mapping {
namespace {

std::string_view sign_of(Op op) noexcept {
  switch (op) {
    case Op::add: return "+";
    case Op::subtract: return "-";
    case Op::multiply: return "*";
    case Op::divide: return "/";
    case Op::remainder: return "%";
    case Op::less: return "<";
    case Op::less_equal: return "<=";
    case Op::greater: return ">";
    default: return ">=";
  }
}

bool small(std::int64_t i) noexcept { return i <= exact_integer && i >= -exact_integer; }

// Both are integers that a double holds exactly; nullopt-like: false when the result is none.
bool integer_arithmetic(Op op, std::int64_t a, std::int64_t b, Value& out) noexcept {
  std::int64_t result = 0;
  switch (op) {
    case Op::add: result = a + b; break;
    case Op::subtract: result = a - b; break;
    case Op::multiply:
      if (__builtin_mul_overflow(a, b, &result)) return false;
      break;
    case Op::divide:
      if (b == 0 || a % b != 0) return false;
      result = a / b;
      break;
    default:
      if (b == 0) return false;
      result = a % b;
  }
  if (!small(result)) return false;
  out = Value::integer(result);
  return true;
}

void require_number(const Value& value, const BinaryNode& node, bool left) {
  if (value.is_number()) {
    double d = number_value(value);
    if (std::isfinite(d)) return;
    if (!std::isnan(d)) fail("D1001", node.offset, "a number too large to calculate with stands beside " + std::string(sign_of(node.op)), value);
  }
  fail(left ? "T2001" : "T2002", node.offset,
       std::string("the ") + (left ? "left" : "right") + " side of " + std::string(sign_of(node.op)) + " must be a number, found " +
           document::described(value),
       value);
}

bool same_members(const Value& a, const Value& b) noexcept {
  if (a.size() != b.size()) return false;
  std::span<const Member> left = a.members(), right = b.members();
  for (std::size_t i = 0; i < left.size(); ++i) {
    // Usually the members stand in the same order.
    const Value* other = left[i].name == right[i].name ? &right[i].value : b.find(left[i].name);
    if (!other || !same(left[i].value, *other)) return false;
  }
  return true;
}

}  // namespace

void require_finite(const Value& number, std::uint32_t offset) {
  if (!std::isfinite(number_value(number))) fail("D1001", offset, "a number is too large to be written", number);
}

bool same(const Value& a, const Value& b) noexcept {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case document::Kind::array:
      return a.size() == b.size() && (a.items().data() == b.items().data() ||
                                      std::equal(a.items().begin(), a.items().end(), b.items().begin(), same));
    case document::Kind::object:
      return (a.size() == b.size() && a.members().data() == b.members().data()) || same_members(a, b);
    case document::Kind::number:
      if (a.holds_integer() && b.holds_integer()) return a.as_integer() == b.as_integer();
      return document::equal(a, b);
    case document::Kind::text: return same_text(a.as_text(), b.as_text());
    default: return document::equal(a, b);
  }
}

int compare_texts(std::string_view a, std::string_view b) noexcept {
  std::size_t common = std::min(a.size(), b.size());
  std::size_t at = static_cast<std::size_t>(std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(common), b.begin()).first - a.begin());
  if (at == common) return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
  auto left = static_cast<unsigned char>(a[at]), right = static_cast<unsigned char>(b[at]);
  // Bytes order as code points do. In UTF-16, characters beyond U+FFFF come before U+E000 to U+FFFF.
  bool above = left >= 0xEE || right >= 0xEE;
  if (above) {
    auto unit_order = [](unsigned char lead) { return lead >= 0xF0 ? 0xED * 256 + lead : lead * 256; };
    return unit_order(left) < unit_order(right) ? -1 : 1;
  }
  return left < right ? -1 : 1;
}

int compare_numbers(const Value& a, const Value& b) noexcept {
  if (a.holds_integer() && b.holds_integer()) return a.as_integer() < b.as_integer() ? -1 : a.as_integer() > b.as_integer();
  double left = number_value(a), right = number_value(b);
  return left < right ? -1 : left > right;
}

Value Evaluator::arithmetic(const BinaryNode& node, const Value& input, Frame* frame) {
  Value left = evaluate(node.left, input, frame);
  Value right = evaluate(node.right, input, frame);
  if (left.is_number() && right.is_number() && left.holds_integer() && right.holds_integer()) [[likely]] {
    std::int64_t a = left.as_integer(), b = right.as_integer();
    Value out;
    if (small(a) && small(b) && integer_arithmetic(node.op, a, b, out)) return out;
  }
  if (!left.is_absent()) require_number(left, node, true);
  if (!right.is_absent()) require_number(right, node, false);
  if (left.is_absent() || right.is_absent()) return {};
  double a = number_value(left), b = number_value(right);
  switch (node.op) {
    case Op::add: return Value::real(a + b);
    case Op::subtract: return Value::real(a - b);
    case Op::multiply: return Value::real(a * b);
    case Op::divide: return Value::real(a / b);
    default: return Value::real(std::fmod(a, b));
  }
}

Value Evaluator::comparison(const BinaryNode& node, const Value& input, Frame* frame) {
  Value left = evaluate(node.left, input, frame);
  Value right = evaluate(node.right, input, frame);
  auto comparable = [](const Value& v) { return v.is_absent() || v.is_text() || v.is_number(); };
  if (!comparable(left) || !comparable(right)) {
    const Value& wrong = comparable(left) ? right : left;
    fail("T2010", node.offset, "both sides of " + std::string(sign_of(node.op)) + " must be numbers or texts, found " + document::described(wrong), wrong);
  }
  if (left.is_absent() || right.is_absent()) return {};
  if (left.kind() != right.kind())
    fail("T2009", node.offset,
         "both sides of " + std::string(sign_of(node.op)) + " must be of one kind, found " + document::described(left) + " and " +
             document::described(right),
         left);
  int order = left.is_number() ? compare_numbers(left, right) : compare_texts(left.as_text(), right.as_text());
  switch (node.op) {
    case Op::less: return Value::boolean(order < 0);
    case Op::less_equal: return Value::boolean(order <= 0);
    case Op::greater: return Value::boolean(order > 0);
    default: return Value::boolean(order >= 0);
  }
}

Value Evaluator::equality(const BinaryNode& node, const Value& input, Frame* frame) {
  Value left = evaluate(node.left, input, frame);
  Value right = evaluate(node.right, input, frame);
  if (left.is_absent() || right.is_absent()) return Value::boolean(false);
  check_stack(node.offset);
  return Value::boolean(same(left, right) == (node.op == Op::equal));
}

Value Evaluator::within(const BinaryNode& node, const Value& input, Frame* frame) {
  Value left = evaluate(node.left, input, frame);
  Value right = evaluate(node.right, input, frame);
  if (left.is_absent() || right.is_absent()) return Value::boolean(false);
  // Scalars are found by what they are worth, arrays and objects only when it is the very same one.
  auto found = [&](const Value& item) {
    if (left.is_object()) return item.is_object() && left.size() > 0 && left.members().data() == item.members().data();
    if (left.is_array()) return item.is_array() && left.size() > 0 && left.items().data() == item.items().data();
    return same(left, item);
  };
  if (!right.is_array()) return Value::boolean(found(right));
  work(right.size() / 16);
  return Value::boolean(std::any_of(right.items().begin(), right.items().end(), found));
}

Value Evaluator::negation(const UnaryNode& node, const Value& input, Frame* frame) {
  Value operand = evaluate(node.operand, input, frame);
  if (operand.is_absent()) return {};
  if (!operand.is_number()) fail("D1002", node.offset, "only a number can be negated, found " + document::described(operand), operand);
  require_finite(operand, node.offset);
  if (operand.holds_integer() && operand.as_integer() != INT64_MIN) return Value::integer(-operand.as_integer());
  return Value::real(-number_value(operand));
}

Value Evaluator::concatenation(const ConcatenateNode& node, const Value& input, Frame* frame) {
  std::size_t base = stack_.size();
  std::size_t length = 0;
  for (const Node* part : node.parts) {
    Value text = text_value(evaluate(part, input, frame), node.offset);
    length += text.size();
    stack_.push(text);
  }
  std::span<Value> parts = stack_.from(base);
  if (length > UINT32_MAX) fail("U1001", node.offset, "a text is longer than 4 GiB");
  char* to = static_cast<char*>(arena_.allocate(length ? length : 1, 1));
  char* at = to;
  for (const Value& part : parts) {
    copy_text(at, part.as_text());
    at += part.size();
  }
  stack_.cut(base);
  work(length / 256);
  return Value::text({to, length});
}

}  // namespace arint::mapping
