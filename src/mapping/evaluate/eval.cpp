// SPDX-License-Identifier: GPL-3.0-or-later
// $eval: a text compiled and evaluated within the evaluation, under the same budget. It sees the variables around the call.
#include <algorithm>

#include "mapping/evaluate/evaluated.hpp"
#include "mapping/parse/fault.hpp"

namespace arint::mapping {

const Program& Evaluator::compiled_now(std::string_view source, std::span<const std::string_view> names, const void* site, std::uint32_t offset) {
  for (const std::unique_ptr<Evaluated>& known : evaluated_)
    if (known->site == site && known->source == source) return *known->program;
  work(source.size());
  try {
    auto made = std::make_unique<Evaluated>();
    made->source = arena_.copy(source);
    made->site = site;
    made->program = compile_program(made->source, {.most_bytes = 64 * 1024, .most_nesting = 200}, &arena_, names);
    evaluated_.push_back(std::move(made));
  } catch (const SyntaxFault& fault) {
    fail("D3120", offset, "$eval was given what is no expression: " + fault.sentence, Value::text(arena_.copy(source)));
  }
  return *evaluated_.back()->program;
}

Value Evaluator::eval(std::string_view source, const Value& input, Call& call) {
  // What the call sees: the variables around it, then what was given from outside and has no variable of its name inside.
  Value unset;
  unset.marks = mark::unset;
  std::vector<std::string_view> names;
  std::vector<Value> values;
  for (const VisibleName& name : call.visible) {
    VariableNode node{};
    node.places = name.places;
    Value value = call.frame ? variable(node, call.frame) : Value();
    names.push_back(name.name);
    values.push_back(value.is_absent() ? unset : value);
  }
  for (const Variable& given : environment_.variables) {
    auto known = std::find(names.begin(), names.end(), given.name);
    auto at = static_cast<std::size_t>(known - names.begin());
    if (known == names.end()) {
      names.push_back(given.name);
      values.push_back(given.value);
    } else if (at >= call.visible.size() || (values[at].marks & mark::unset)) {
      values[at] = given.value;
    }
  }
  const Program& program = compiled_now(source, names, call.visible.data(), call.offset);
  Frame* frame = arena_.make<Frame>();
  frame->slots = arena_.allocate_array<Value>(program.slot_count);
  for (std::size_t i = 0; i < program.slot_count; ++i)
    new (frame->slots + i) Value(i == 0 ? root_ : i <= values.size() ? values[i - 1] : unset);
  Value context = input;
  if (context.is_array() && !(context.marks & mark::sequence)) {
    context = document::array_of(arena_, {&context, 1});
    context.marks = mark::sequence | mark::root;
  }
  try {
    return evaluate(program.root, context, frame);
  } catch (const EvaluationFault& fault) {
    // A limit of the budget is no fault of the expression.
    if (fault.code == "U1001") throw;
    fail("D3121", call.offset, "the expression given to $eval failed: " + fault.code + ": " + fault.sentence, fault.value);
  }
}

}  // namespace arint::mapping
