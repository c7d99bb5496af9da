// SPDX-License-Identifier: GPL-3.0-or-later
// Folding: operators, arrays, objects and calls whose parts are all literals are evaluated once, at compile time. What fails then is
// left as it is, to fail where and when it is evaluated.
#include <algorithm>
#include <cmath>

#include "mapping/compile/compiler.hpp"
#include "mapping/evaluate/evaluator.hpp"
#include "mapping/evaluate/operators.hpp"

namespace arint::mapping {
namespace {

bool literal(const Node* node) { return node->op == Op::literal; }

// Small results only: a program is not the place for a long text.
constexpr std::size_t most_items = 256;

bool foldable(const Node* node) {
  switch (node->op) {
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
    case Op::remainder:
    case Op::equal:
    case Op::unequal:
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
    case Op::both:
    case Op::either:
    case Op::within: {
      const auto& binary = *static_cast<const BinaryNode*>(node);
      return literal(binary.left) && literal(binary.right);
    }
    case Op::negate: return literal(static_cast<const UnaryNode*>(node)->operand);
    case Op::concatenate: {
      Nodes parts = static_cast<const ConcatenateNode*>(node)->parts;
      return std::all_of(parts.begin(), parts.end(), literal);
    }
    case Op::array: {
      auto items = static_cast<const ArrayNode*>(node)->items;
      return items.size() <= most_items && std::all_of(items.begin(), items.end(), [](const ArrayNode::Item& item) { return literal(item.node); });
    }
    case Op::object: {
      const GroupNode& group = *static_cast<const ObjectNode*>(node)->group;
      return group.literal_keys && group.pairs.size() <= most_items &&
             std::all_of(group.pairs.begin(), group.pairs.end(), [](const GroupNode::Pair& pair) { return literal(pair.value); });
    }
    default: return false;
  }
}

}  // namespace

const Node* Compiler::folded(const Node* node) {
  if (!foldable(node)) return node;
  Environment nothing;
  nothing.budget.bytes = 1 << 20;
  nothing.budget.steps = 100'000;
  try {
    Value value = Evaluator(program_, nothing, arena_).evaluate(node, {}, nullptr);
    if (value.is_absent() || (value.is_number() && !std::isfinite(number_value(value)))) return node;
    LiteralNode* out = arena_.make<LiteralNode>();
    out->op = Op::literal;
    out->offset = node->offset;
    out->value = value;
    return out;
  } catch (const EvaluationFault&) {
    return node;
  }
}

}  // namespace arint::mapping
