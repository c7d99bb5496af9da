// SPDX-License-Identifier: GPL-3.0-or-later
// Calls: built-in functions, lambdas with their tail calls, partial applications, chains, regular expressions as functions.
#include <alloca.h>

#include "mapping/evaluate/evaluator.hpp"
#include "mapping/evaluate/fold.hpp"
#include "regex/regex.hpp"

namespace arint::mapping {

// What a lambda's body ends with when that is a call: made after the body has left the stack.
struct Evaluator::Pending {
  static constexpr std::size_t inline_arguments = 6;
  const Function* function = nullptr;
  std::span<const Value> arguments{};
  Value few[inline_arguments];
  Value context{};
  std::uint32_t offset = 0;
  std::string_view name{};
};

int arity(const Function& function) noexcept {
  switch (function.kind) {
    case Function::Kind::builtin: return static_cast<const Builtin&>(function).arity;
    case Function::Kind::lambda: return static_cast<const Lambda&>(function).node->parameter_count;
    case Function::Kind::partial: {
      int open = 0;
      for (const Value& argument : static_cast<const Partial&>(function).arguments) open += (argument.marks & mark::unset) != 0;
      return open;
    }
    case Function::Kind::regex: return 2;
    case Function::Kind::next_match: return 0;
    default: return 1;
  }
}

namespace {

std::string called(std::string_view name) { return name.empty() ? "the function" : "$" + std::string(name); }

[[noreturn]] void mismatched(const Mismatch& why, std::string_view name, const Value& given, const Value& context, std::uint32_t offset) {
  std::string which = "argument " + std::to_string(why.index + 1) + " of " + called(name);
  std::string_view code = why.code;
  if (code == "T0411")
    fail("T0411", offset, which + " is missing, and the context, " + document::described(context) + ", cannot stand for it", context);
  if (code == "T0412")
    fail("T0412", offset, which + " must be an array of " + std::string(why.wanted) + ", found " + document::described(given), given);
  fail("T0410", offset, which + " does not fit, found " + document::described(given), given);
}

}  // namespace

// Fits the arguments to a signature; the result lies on `out`.
std::span<const Value> Evaluator::fitted(const Signature& signature, std::span<const Value> given, const Value& context, std::string_view name,
                                         std::uint32_t offset, Value* out) {
  std::size_t count = 0;
  Mismatch why = fit(signature, given, context, arena_, out, count);
  if (why.code) mismatched(why, name, why.index < given.size() ? given[why.index] : Value(), context, offset);
  return {out, count};
}

namespace {
constexpr std::size_t bytes_per_step = 64;
}

Value Evaluator::run_builtin(const Builtin& builtin, std::span<const Value> given, const Value& input, std::uint32_t offset, bool checked,
                             const BuiltinCallNode* site, Frame* frame) {
  const Value& context = (input.marks & mark::root) && input.size() == 1 ? input.items()[0] : input;
  std::span<const VisibleName> visible = site ? site->visible : std::span<const VisibleName>();
  // The usual call: each argument of its parameter's type, no arrays to look into; what is missing may be.
  std::span<const Parameter> parameters = builtin.signature->parameters;
  bool direct = !checked || given.size() <= parameters.size();
  for (std::size_t i = 0; checked && direct && i < parameters.size(); ++i) {
    const Parameter& parameter = parameters[i];
    direct = i >= given.size() ? parameter.optional && !parameter.context
                               : (parameter.types & type_bit_of(given[i])) &&
                                     (!parameter.array || (parameter.of.empty() && (given[i].is_array() || given[i].is_absent())));
  }
  alignas(Value) char fitting[most_arguments * sizeof(Value)];  // written by fitted() as far as it is used
  if (!direct) given = fitted(*builtin.signature, given, context, builtin.name, offset, reinterpret_cast<Value*>(fitting));
  Call call{*this, given, context, offset, frame, visible};
  const std::size_t before = arena_.used_bytes();
  Value out = builtin.run(call);
  // What took much memory took much time, whatever the function counted by itself.
  work((arena_.used_bytes() - before) / bytes_per_step);
  return out;
}

Value Evaluator::builtin_call(const BuiltinCallNode& node, const Value& input, Frame* frame) {
  if (node.builtin->fold != FoldKind::none && node.arguments.size() == 1) {
    Fold fold(node.builtin->fold);
    if (folded(node.arguments[0], input, frame, fold)) return fold.value();
  }
  constexpr std::size_t usual = 4;
  Value few[usual];
  Value* arguments = node.arguments.size() <= usual ? few : arena_.allocate_array<Value>(node.arguments.size());
  for (std::size_t i = 0; i < node.arguments.size(); ++i) new (arguments + i) Value(evaluate(node.arguments[i], input, frame));
  return run_builtin(*node.builtin, {arguments, node.arguments.size()}, input, node.offset, true, &node, frame);
}

const Function& Evaluator::callee(const CallNode& node, const Value& function) {
  if (function.is_opaque()) return *function_of(function);
  std::string sentence = (node.name.empty() ? "what is called here" : std::string(node.name)) + " is no function, but " + document::described(function);
  if (node.forgot_dollar && function.is_absent())
    fail(node.op == Op::partial ? "T1007" : "T1005", node.offset, std::string(node.name) + " is no function; $" + std::string(node.name) + " is one");
  fail(node.op == Op::partial ? "T1008" : "T1006", node.offset, sentence, function);
}

Value Evaluator::call_node(const CallNode& node, const Value& input, Frame* frame) {
  constexpr std::size_t usual = 4;
  Value few[usual];
  Value function = evaluate(node.function, input, frame);
  if (node.forgot_dollar && function.is_absent()) callee(node, function);
  Value* arguments = node.arguments.size() <= usual ? few : arena_.allocate_array<Value>(node.arguments.size());
  for (std::size_t i = 0; i < node.arguments.size(); ++i) new (arguments + i) Value(evaluate(node.arguments[i], input, frame));
  return call(callee(node, function), {arguments, node.arguments.size()}, input, node.offset, node.name);
}

Value Evaluator::call(const Function& function, std::span<const Value> arguments, const Value& context, std::uint32_t offset,
                      std::string_view name) {
  Pending pending;
  Value out = invoke(function, arguments, context, offset, name, pending);
  while (pending.function) {
    // The next round may itself end in a call: what it needs is taken out first.
    Pending now = pending;
    if (pending.arguments.data() == pending.few) now.arguments = {now.few, pending.arguments.size()};
    pending.function = nullptr;
    work(1);
    out = invoke(*now.function, now.arguments, context, now.offset, now.name, pending);
  }
  return out;
}

Value Evaluator::invoke(const Function& function, std::span<const Value> arguments, const Value& context, std::uint32_t offset,
                        std::string_view name, Pending& pending) {
  check_stack(offset);
  switch (function.kind) {
    case Function::Kind::builtin:
      return run_builtin(static_cast<const Builtin&>(function), arguments, context, offset, true, nullptr, nullptr);
    case Function::Kind::lambda: {
      const Lambda& lambda = static_cast<const Lambda&>(function);
      if (!lambda.node->signature) return invoke_lambda(lambda, arguments, pending);
      Value* out = arena_.allocate_array<Value>(most_arguments);
      return invoke_lambda(lambda, fitted(*lambda.node->signature, arguments, context, name, offset, out), pending);
    }
    case Function::Kind::partial: {
      // The signature is not looked at again: what was given may be less than it asks.
      const Partial& partial = static_cast<const Partial&>(function);
      Value* all = arena_.allocate_array<Value>(partial.arguments.size());
      std::size_t next = 0;
      for (std::size_t i = 0; i < partial.arguments.size(); ++i) {
        bool open = (partial.arguments[i].marks & mark::unset) != 0;
        new (all + i) Value(!open ? partial.arguments[i] : next < arguments.size() ? arguments[next] : Value());
        next += open;
      }
      std::span<const Value> given(all, partial.arguments.size());
      if (partial.target->kind == Function::Kind::lambda) return invoke_lambda(static_cast<const Lambda&>(*partial.target), given, pending);
      return invoke(*partial.target, given, context, offset, name, pending);
    }
    case Function::Kind::regex:
    case Function::Kind::next_match: {
      if (function.kind == Function::Kind::next_match) {
        const NextMatch& next = static_cast<const NextMatch&>(function);
        return match_object(*next.regex, next.subject, next.from, offset);
      }
      if (arguments.empty() || !arguments[0].is_text()) return {};
      return match_object(*static_cast<const RegexFunction&>(function).regex, arguments[0].as_text(), 0, offset);
    }
    case Function::Kind::chain: {
      const Chain& chain = static_cast<const Chain&>(function);
      Value first = collapsed(call(*chain.first, arguments, Value::null(), offset, name), false);
      return invoke(*chain.second, {&first, 1}, Value::null(), offset, name, pending);
    }
    case Function::Kind::transform: {
      if (arguments.size() != 1 || !(arguments[0].is_object() || arguments[0].is_array() || arguments[0].is_absent()))
        mismatched({"T0410", arguments.size() > 1 ? std::size_t{1} : 0}, "", arguments.empty() ? Value() : arguments[0], context, offset);
      return transform(static_cast<const TransformFunction&>(function), arguments[0], offset);
    }
  }
  return {};
}

Value Evaluator::invoke_lambda(const Lambda& lambda, std::span<const Value> arguments, Pending& pending) {
  const LambdaNode& node = *lambda.node;
  check_stack(node.offset);
  if (++depth_ > environment_.budget.depth)
    fail("U1001", node.offset, "calls are nested deeper than " + std::to_string(environment_.budget.depth));
  constexpr std::size_t most_on_stack = 32;
  Frame local;
  Frame* frame = &local;
  // A frame that nobody sees after the call lies on the stack; a function made inside keeps it otherwise.
  std::size_t slots = node.slot_count;
  if (node.closes) frame = arena_.make<Frame>();
  frame->parent = lambda.frame;
  frame->slots = node.closes || slots > most_on_stack ? arena_.allocate_array<Value>(slots)
                                                      : static_cast<Value*>(alloca((slots + 1) * sizeof(Value)));
  for (std::size_t i = 0; i < node.parameter_count; ++i) new (frame->slots + i) Value(i < arguments.size() ? arguments[i] : Value());
  Value unset;
  unset.marks = mark::unset;
  for (std::size_t i = node.parameter_count; i < slots; ++i) new (frame->slots + i) Value(unset);
  Value out = body(node.body, lambda.context, frame, pending);
  --depth_;
  return out;
}

// The body of a lambda: a call at its very end is not made but handed back.
Value Evaluator::body(const Node* node, const Value& input, Frame* frame, Pending& pending) {
  work(1);
  for (;;) {
    switch (node->op) {
      case Op::condition: {
        const auto& condition = *static_cast<const ConditionNode*>(node);
        node = truth(evaluate(condition.condition, input, frame)) ? condition.then : condition.otherwise;
        if (!node) return {};
        continue;
      }
      case Op::block: {
        const auto& block = *static_cast<const BlockNode*>(node);
        if (block.parts.empty()) return {};
        frame = enter(block, frame);
        for (std::size_t i = 0; i + 1 < block.parts.size(); ++i) evaluate(block.parts[i], input, frame);
        node = block.parts.back();
        continue;
      }
      case Op::call: {
        const auto& call = *static_cast<const CallNode*>(node);
        if (call.applied) return evaluate(node, input, frame);
        Value function = evaluate(call.function, input, frame);
        pending.function = &callee(call, function);
        Value* arguments = call.arguments.size() <= Pending::inline_arguments ? pending.few : arena_.allocate_array<Value>(call.arguments.size());
        const Function* target = pending.function;
        for (std::size_t i = 0; i < call.arguments.size(); ++i) new (arguments + i) Value(evaluate(call.arguments[i], input, frame));
        pending.function = target;
        pending.arguments = {arguments, call.arguments.size()};
        pending.offset = call.offset;
        pending.name = call.name;
        return {};
      }
      case Op::builtin_call: {
        const auto& call = *static_cast<const BuiltinCallNode*>(node);
        return call.applied ? evaluate(node, input, frame) : builtin_call(call, input, frame);
      }
      default: return evaluate(node, input, frame);
    }
  }
}

Value Evaluator::partial(const CallNode& node, const Value& input, Frame* frame) {
  std::size_t base = stack_.size();
  Value open;
  open.marks = mark::unset;
  for (const Node* argument : node.arguments) stack_.push(argument ? evaluate(argument, input, frame) : open);
  Value given = stack_.take_array(base);
  Value function = evaluate(node.function, input, frame);
  const Function& target = callee(node, function);
  // A lambda's missing arguments are given as nothing; a built-in function is checked when it is called.
  std::size_t takes = target.kind == Function::Kind::builtin ? given.size() : static_cast<std::size_t>(arity(target));
  Value* arguments = arena_.allocate_array<Value>(takes);
  for (std::size_t i = 0; i < takes; ++i) {
    Value value = i < given.size() ? given.items()[i] : Value();
    new (arguments + i) Value(value);
  }
  Partial* out = arena_.make<Partial>();
  out->kind = Function::Kind::partial;
  out->target = &target;
  out->arguments = {arguments, takes};
  return value_of(out);
}

Value Evaluator::apply(const ApplyNode& node, const Value& input, Frame* frame) {
  Value left = evaluate(node.left, input, frame);
  Value right = evaluate(node.right, input, frame);
  if (!right.is_opaque()) fail("T2006", node.offset, "right of ~> must stand a function, found " + document::described(right), right);
  if (!left.is_opaque()) return call(*function_of(right), {&left, 1}, Value::null(), node.offset);
  Chain* chain = arena_.make<Chain>();
  chain->kind = Function::Kind::chain;
  chain->first = function_of(left);
  chain->second = function_of(right);
  return value_of(chain);
}

}  // namespace arint::mapping
