// SPDX-License-Identifier: GPL-3.0-or-later
// Paths without joins. Items run through the steps depth first, so that nothing is stored between steps; only a sort needs all of
// its items at once.
#include <algorithm>

#include "mapping/evaluate/collector.hpp"
#include "mapping/evaluate/evaluator.hpp"

namespace arint::mapping {

Value Evaluator::fields(const FieldsNode& node, const Value& input) {
  // Objects within objects: the usual case needs no collecting.
  Value at = input;
  std::size_t i = 0;
  for (; i < node.names.size() && at.is_object(); ++i) at = field(at, node.names[i]);
  if (i == node.names.size()) {
    // A field's array is the result itself; repeated members make a sequence.
    return collapsed(at, node.keep_array);
  }
  if (!at.is_array()) return {};
  Collector out(stack_);
  fields_into(node, at, i, out);
  return collected(out, false, node.keep_array);
}

// From the first array on its way, `at`; name number `begin` is looked up in what it holds.
void Evaluator::fields_into(const FieldsNode& node, Value at, std::size_t begin, Collector& out) {
  auto follow = [&](auto& self, Value item, std::size_t step) -> void {
    for (; step < node.names.size(); ++step) {
      item = collapsed(field(item, node.names[step]), false);
      if (item.is_absent()) return;
      if (step + 1 == node.names.size()) break;
      if (item.is_array()) {
        work(item.size() / 8);
        for (const Value& each : item.items()) self(self, each, step + 1);
        return;
      }
    }
    out.take(item);
  };
  // The array may be the context itself, or what the last field held.
  bool input_is_array = begin == 0;
  work(at.size() / 8);
  if (input_is_array || !(at.marks & mark::whole))
    for (const Value& item : at.items()) follow(follow, item, begin);
  else
    follow(follow, at, begin);
}

// The value of a path whose last step has delivered.
Value Evaluator::collected(Collector& out, bool keep_singleton, bool keep_array) {
  bool keep = keep_singleton || keep_array;
  if (out.results == 0) return {};
  if (out.results == 2) return sequence_from(out.base, keep);
  Value only = out.first;
  if (only.is_array() && !(only.marks & mark::sequence)) {
    if (!keep_singleton || !(only.marks & mark::whole)) return only;
    Value wrapped = document::array_of(arena_, {&only, 1});
    wrapped.marks = mark::sequence | mark::keep;
    return wrapped;
  }
  if (only.is_array()) {
    only.marks = mark::sequence;
    return collapsed(only, keep);
  }
  if (!keep) return only;
  Value kept = document::array_of(arena_, {&only, 1});
  kept.marks = mark::sequence | mark::keep;
  return kept;
}

// For a grouping, which counts the items of a sequence even when there is one.
Value Evaluator::collected_raw(Collector& out) {
  if (out.results == 1 && out.first.is_array()) return out.first;
  if (out.results == 1) stack_.push(out.first);
  return raw_sequence_from(out.base);
}

void Evaluator::walk(const PathNode& node, std::size_t step, std::size_t end, Value item, Frame* frame, Collector& out) {
  for (;; ++step) {
    const StepNode& at = node.steps[step];
    Value found = at.is_field ? collapsed(field(item, at.name), false) : evaluate(at.node, item, frame);
    bool last = step + 1 == end;
    if (!at.stages.empty()) {
      if (at.stages.size() == 1 && !at.stages[0].fixed) return walk_filtered(node, step, end, found, frame, out);
      found = filtered(at.stages, found, frame);
    }
    if (found.is_absent()) return;
    if (last) return out.take(found);
    if (found.is_array() && !(found.marks & mark::whole)) {
      check_stack(node.offset);
      work(found.size() / 8 + 1);
      for (std::size_t i = 0; i < found.size(); ++i) walk(node, step + 1, end, found.items()[i], frame, out);
      return;
    }
    item = found;
  }
}

// One filter with a condition: what passes goes on at once.
void Evaluator::walk_filtered(const PathNode& node, std::size_t step, std::size_t end, const Value& found, Frame* frame, Collector& out) {
  check_stack(node.offset);
  bool last = step + 1 == end;
  const Node* predicate = node.steps[step].stages[0].filter;
  std::span<const Value> items = found.is_array() ? found.items() : std::span<const Value>(&found, 1);
  work(items.size() / 8);
  for (std::size_t i = 0; i < items.size(); ++i) {
    Value item = items[i];
    std::size_t times = passes(evaluate(predicate, item, frame), i, items.size());
    if (item.is_absent()) continue;
    for (; times > 0; --times) {
      if (last)
        out.take_item(item);
      else
        walk(node, step + 1, end, item, frame, out);
    }
  }
}

// Runs the steps up to `end` over the input or over `items`.
Value Evaluator::path(const PathNode& node, const Value& input, Frame* frame) {
  if (node.follows_fields) {
    // Objects within objects down to something that is no array: the usual case needs no collecting.
    Value at = evaluate(node.steps[0].node, input, frame);
    std::size_t step = 1;
    for (; step < node.steps.size() && at.is_object(); ++step) at = field(at, node.steps[step].name);
    if (!at.is_array()) return step == node.steps.size() ? at : Value();
  }
  Value out = raw_path(node, input, frame);
  return collapsed(out, node.keep_array);
}

Value Evaluator::raw_path(const PathNode& node, const Value& input, Frame* frame) {
  if (node.first_tuple < node.steps.size()) return tuple_path(node, input, frame);
  Value at = input;  // the items that enter the next steps
  bool spread = input.is_array() && !node.absolute;
  std::size_t step = 0;
  Value result;
  bool done = false;
  if (node.whole_first) {
    // An array constructor at the start is evaluated once, over the context as a whole.
    Value context = input;
    if (!spread) {
      context = document::array_of(arena_, {&input, 1});
      context.marks = mark::sequence;
    }
    result = at = evaluate(node.steps[0].node, context, frame);
    spread = true;
    step = 1;
    if (at.is_absent() || !at.is_array()) at = at.is_absent() ? Value::array({}) : document::array_of(arena_, {&at, 1});
    done = step == node.steps.size() || at.size() == 0;
  }
  while (!done) {
    std::size_t end = step;
    while (end < node.steps.size() && !node.steps[end].sort) ++end;
    bool last = end == node.steps.size();
    if (end > step) {
      Collector out(stack_);
      out.flatten = !last;
      if (spread)
        for (std::size_t i = 0; i < at.size(); ++i) walk(node, step, end, at.items()[i], frame, out);
      else
        walk(node, step, end, at, frame, out);
      if (last) {
        result = node.group ? collected_raw(out) : collected(out, node.keep_singleton, node.keep_array);
        break;
      }
      at = raw_sequence_from(out.base);
    } else if (!spread) {
      at = document::array_of(arena_, {&at, 1});
      at.marks = mark::sequence;
    }
    if (at.size() == 0) {
      result = at;
      break;
    }
    at = sorted(*node.steps[end].sort, at, frame, nullptr);
    at = filtered(node.steps[end].stages, at, frame);
    result = at;
    spread = true;
    step = end + 1;
    done = step == node.steps.size() || at.size() == 0;
  }
  return finished(node, result, frame);
}

// [] and grouping, once the steps are done.
Value Evaluator::finished(const PathNode& node, Value result, Frame* frame) {
  if (node.keep_singleton && result.is_array()) {
    if ((result.marks & (mark::whole | mark::sequence)) == mark::whole) {
      result = document::array_of(arena_, {&result, 1});
      result.marks = mark::sequence;
    }
    result.marks |= mark::keep;
  }
  if (node.group) return grouped(*node.group, result, frame, nullptr);
  return result;
}

bool Evaluator::folded(const Node* node, const Value& input, Frame* frame, Fold& fold) {
  if (node->keep_array) return false;
  Collector out(stack_);
  out.fold = &fold;
  if (node->op == Op::fields) {
    const FieldsNode& fields = *static_cast<const FieldsNode*>(node);
    Value at = input;
    std::size_t i = 0;
    for (; i < fields.names.size() && at.is_object(); ++i) at = field(at, fields.names[i]);
    if (i == fields.names.size() || !at.is_array()) return false;  // one value, which is there already
    fields_into(fields, at, i, out);
  } else if (node->op == Op::path) {
    const PathNode& path = *static_cast<const PathNode*>(node);
    const bool sorts = std::any_of(path.steps.begin(), path.steps.end(), [](const StepNode& step) { return step.sort != nullptr; });
    if (path.group || path.keep_singleton || path.whole_first || path.follows_fields || path.first_tuple < path.steps.size() || sorts) return false;
    if (input.is_array() && !path.absolute)
      for (const Value& item : input.items()) walk(path, 0, path.steps.size(), item, frame, out);
    else
      walk(path, 0, path.steps.size(), input, frame, out);
  } else {
    return false;
  }
  work(fold.count() / 8 + 1);
  return !fold.spoilt();
}

Value Evaluator::raw(const Node* node, const Value& input, Frame* frame) {
  switch (node->op) {
    case Op::call: return call_node(*static_cast<const CallNode*>(node), input, frame);
    case Op::builtin_call: return builtin_call(*static_cast<const BuiltinCallNode*>(node), input, frame);
    case Op::apply: return apply(*static_cast<const ApplyNode*>(node), input, frame);
    case Op::wildcard: return wildcard(input);
    default: return evaluate(node, input, frame);
  }
}

Value Evaluator::refine(const RefineNode& node, const Value& input, Frame* frame) {
  Value value = raw(node.inner, input, frame);
  value = filtered(node.stages, value, frame);
  if (node.group) return grouped(*node.group, value, frame, nullptr);
  return value;
}

}  // namespace arint::mapping
