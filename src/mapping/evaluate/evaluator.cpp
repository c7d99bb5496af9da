// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/evaluate/evaluator.hpp"

#include <cstring>
#include <limits>

#include "base/hash.hpp"
#include "base/stack.hpp"
#include "mapping/evaluate/evaluated.hpp"
#include "mapping/evaluate/operators.hpp"
#include "mapping/functions/pictures.hpp"

namespace arint::mapping {
namespace {

constexpr std::uint64_t slice = 4096;  // steps between two looks at the clock

// SplitMix64 (Steele, Lea, Flood 2014): small, and good enough for what is no secret.
constexpr std::uint64_t random_step = 0x9E3779B97F4A7C15ull;
std::uint64_t mixed(std::uint64_t z) noexcept {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

}  // namespace

void fail(std::string_view code, std::uint32_t offset, std::string sentence, Value value) {
  throw EvaluationFault{std::string(code), offset, std::move(sentence), value};
}

Evaluator::Evaluator(const Program& program, const Environment& environment, Arena& arena)
    : program_(program), environment_(environment), arena_(arena), allowance_(arena, environment.budget.bytes), stack_(arena) {
  steps_left_ = environment.budget.steps;
  slice_ = ticks_ = std::min(slice, steps_left_);
  until_ = std::chrono::steady_clock::time_point::max();
  stack_end_ = end_of_stack();
  // Mixed, for seeds that are only a step apart must not give the same numbers one place later.
  random_state_ = mixed(environment.seed.low) ^ environment.seed.high;
}

Evaluator::~Evaluator() = default;

std::uint64_t Evaluator::next_random() noexcept { return mixed(random_state_ += random_step); }

Id Evaluator::next_id() {
  // All 128 bits of the seed count here, and what comes out does not tell them.
  const std::uint64_t words[] = {environment_.seed.high, environment_.seed.low, ++ids_given_};
  const Digest digest = sha256({reinterpret_cast<const char*>(words), sizeof words});
  Id out;
  std::memcpy(&out.high, digest.data(), sizeof out.high);
  std::memcpy(&out.low, digest.data() + sizeof out.high, sizeof out.low);
  return out;
}

void Evaluator::look_at_budget(std::uint64_t units) {
  std::uint64_t spent = slice_ - ticks_ + units;
  if (spent >= steps_left_)
    fail("U1001", offset_, "the evaluation took more than " + std::to_string(environment_.budget.steps) + " steps");
  steps_left_ -= spent;
  slice_ = ticks_ = std::min(slice, steps_left_);
  // The clock starts with the first look: short evaluations never ask for the time.
  auto now = std::chrono::steady_clock::now();
  if (until_ == std::chrono::steady_clock::time_point::max())
    until_ = now + environment_.budget.time;
  else if (now > until_)
    fail("U1001", offset_, "the evaluation took longer than " + std::to_string(environment_.budget.time.count()) + " ms");
}

void Evaluator::stack_ended(std::uint32_t offset) {
  fail("U1001", offset, "expressions, calls or documents are nested too deep for the stack; a function may call itself for ever");
}

Value Evaluator::run(const Value& input) {
  try {
    return whole(input);
  } catch (const document::ArenaFull& full) {
    const std::size_t limit = allowance_.narrows() ? environment_.budget.bytes : full.limit_bytes;
    fail("U1001", offset_, "the evaluation needs more than " + std::to_string(limit) + " bytes of memory");
  }
}

Value Evaluator::whole(const Value& input) {
  Frame frame;
  frame.slots = arena_.allocate_array<Value>(program_.slot_count);
  Value unset;
  unset.marks = mark::unset;
  for (std::size_t i = 0; i < program_.slot_count; ++i) new (frame.slots + i) Value(unset);
  // An array as input is one thing: a sequence of that one array.
  Value root = input;
  root.marks = 0;
  if (root.is_array()) {
    root = document::array_of(arena_, {&root, 1});
    root.marks = mark::sequence | mark::root;
  }
  frame.slots[0] = root;
  Value* externals = arena_.allocate_array<Value>(program_.externals.size());
  for (std::size_t i = 0; i < program_.externals.size(); ++i) {
    new (externals + i) Value();
    for (const Variable& variable : environment_.variables)
      if (variable.name == program_.externals[i]) externals[i] = variable.value;
    externals[i].marks = 0;
  }
  externals_ = externals;
  root_ = root;
  Value out = evaluate(program_.root, root, &frame);
  if (out.marks & mark::tuples) out = collapsed(contexts_of(out), false);
  if (out.is_number() && !out.holds_written() && !std::isfinite(number_value(out)))
    fail("D1001", program_.root->offset, "the result is a number too large to be written");
  if (out.is_opaque()) out = Value();
  if ((out.marks & mark::root) && out.size() == 1) out = out.items()[0];
  out.marks = 0;
  return out;
}

Value Evaluator::evaluate(const Node* node, Value input, Frame* frame) {
  // Leaves first: they need neither depth nor budget.
  switch (node->op) {
    case Op::literal: return static_cast<const LiteralNode*>(node)->value;
    case Op::context: return (input.marks & mark::root) && input.size() ? input.items()[0] : collapsed(input, node->keep_array);
    case Op::variable: return collapsed(variable(*static_cast<const VariableNode*>(node), frame), node->keep_array);
    default: break;
  }
  check_stack(node->offset);
  work(1);
  offset_ = node->offset;
  if (++depth_ > environment_.budget.depth)
    fail("U1001", node->offset, "expressions and calls are nested deeper than " + std::to_string(environment_.budget.depth));
  Value out = dispatch(node, input, frame);
  --depth_;
  return out;
}

Value Evaluator::dispatch(const Node* node, const Value& input, Frame* frame) {
  switch (node->op) {
    case Op::field: return collapsed(field(input, static_cast<const FieldNode*>(node)->name), node->keep_array);
    case Op::fields: return fields(*static_cast<const FieldsNode*>(node), input);
    case Op::path: return path(*static_cast<const PathNode*>(node), input, frame);
    case Op::wildcard: return collapsed(wildcard(input), node->keep_array);
    case Op::descendant: return collapsed(descendants(input, node->offset), node->keep_array);
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
    case Op::remainder: return arithmetic(*static_cast<const BinaryNode*>(node), input, frame);
    case Op::equal:
    case Op::unequal: return equality(*static_cast<const BinaryNode*>(node), input, frame);
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal: return comparison(*static_cast<const BinaryNode*>(node), input, frame);
    case Op::concatenate: return concatenation(*static_cast<const ConcatenateNode*>(node), input, frame);
    case Op::both: {
      const auto& both = *static_cast<const BinaryNode*>(node);
      return Value::boolean(truth(evaluate(both.left, input, frame)) && truth(evaluate(both.right, input, frame)));
    }
    case Op::either: {
      const auto& either = *static_cast<const BinaryNode*>(node);
      return Value::boolean(truth(evaluate(either.left, input, frame)) || truth(evaluate(either.right, input, frame)));
    }
    case Op::within: return within(*static_cast<const BinaryNode*>(node), input, frame);
    case Op::range: return range(*static_cast<const BinaryNode*>(node), input, frame);
    case Op::negate: return negation(*static_cast<const UnaryNode*>(node), input, frame);
    case Op::array: return array(*static_cast<const ArrayNode*>(node), input, frame);
    case Op::object: return object(*static_cast<const ObjectNode*>(node), input, frame);
    case Op::condition: {
      const auto& condition = *static_cast<const ConditionNode*>(node);
      if (truth(evaluate(condition.condition, input, frame))) return evaluate(condition.then, input, frame);
      return condition.otherwise ? evaluate(condition.otherwise, input, frame) : Value();
    }
    case Op::fallback: {
      const auto& fallback = *static_cast<const BinaryNode*>(node);
      Value left = evaluate(fallback.left, input, frame);
      return left.is_absent() ? evaluate(fallback.right, input, frame) : left;
    }
    case Op::otherwise: {
      const auto& otherwise = *static_cast<const BinaryNode*>(node);
      Value left = evaluate(otherwise.left, input, frame);
      return truth(left) ? left : evaluate(otherwise.right, input, frame);
    }
    case Op::block: return block(*static_cast<const BlockNode*>(node), input, frame);
    case Op::bind: {
      const auto& bind = *static_cast<const BindNode*>(node);
      Value value = evaluate(bind.value, input, frame);
      frame->slots[bind.slot] = value;
      return value;
    }
    case Op::lambda: return lambda(*static_cast<const LambdaNode*>(node), input, frame);
    case Op::call: return collapsed(call_node(*static_cast<const CallNode*>(node), input, frame), node->keep_array);
    case Op::builtin_call: return collapsed(builtin_call(*static_cast<const BuiltinCallNode*>(node), input, frame), node->keep_array);
    case Op::partial: return partial(*static_cast<const CallNode*>(node), input, frame);
    case Op::apply: return collapsed(apply(*static_cast<const ApplyNode*>(node), input, frame), node->keep_array);
    case Op::transform: {
      TransformFunction* function = arena_.make<TransformFunction>();
      function->kind = Function::Kind::transform;
      function->node = static_cast<const TransformNode*>(node);
      function->frame = frame;
      return value_of(function);
    }
    case Op::regex: return regex(*static_cast<const RegexNode*>(node));
    case Op::refine: return collapsed(refine(*static_cast<const RefineNode*>(node), input, frame), node->keep_array);
    case Op::literal:
    case Op::context:
    case Op::variable: break;
  }
  return {};
}

Value Evaluator::collapsed(Value value, bool keep) noexcept {
  if (!value.is_array() || (value.marks & (mark::sequence | mark::tuples)) != mark::sequence) return value;
  if (keep) value.marks |= mark::keep;
  if (value.size() == 0) return {};
  if (value.size() == 1 && !(value.marks & mark::keep)) return value.items()[0];
  return value;
}

Value Evaluator::sequence_from(std::size_t base, bool keep) {
  std::size_t count = stack_.size() - base;
  if (count == 0) return {};
  if (count == 1 && !keep) {
    Value only = stack_[base];
    stack_.cut(base);
    return only;
  }
  Value out = stack_.take_array(base);
  out.marks = keep ? mark::sequence | mark::keep : mark::sequence;
  return out;
}

Value Evaluator::raw_sequence_from(std::size_t base) {
  Value out = stack_.take_array(base);
  out.marks = mark::sequence;
  return out;
}

Value Evaluator::concatenated(const Value& left, const Value& right) {
  if (left.is_absent()) return right;
  if (right.is_absent()) return left;
  std::size_t base = stack_.size();
  for (const Value& side : {left, right}) {
    if (side.is_array())
      stack_.push_all(side.items());
    else
      stack_.push(side);
  }
  work((stack_.size() - base) / 16);
  return stack_.take_array(base);
}

}  // namespace arint::mapping
