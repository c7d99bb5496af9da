// SPDX-License-Identifier: GPL-3.0-or-later
// Joining paths: those with @, # or %. What runs through the steps is then a stream of tuples: the context, and a value for each
// variable and parent named on the way. A tuple is an array of fixed width (TupleLayout); a frame of the path shows it to the nodes.
#include "mapping/evaluate/collector.hpp"
#include "mapping/evaluate/evaluator.hpp"

namespace arint::mapping {

Value* Evaluator::new_tuple(const PathNode& path) {
  Value* slots = arena_.allocate_array<Value>(path.tuple_width);
  Value unset;
  unset.marks = mark::unset;
  for (std::size_t i = 0; i < path.tuple_width; ++i) new (slots + i) Value(unset);
  return slots;
}

// The frame that shows `tuple`. Blocks inside need slots of their own behind it, and functions made inside keep theirs.
Frame Evaluator::tuple_frame(const PathNode& path, const Value& tuple, Frame* frame) {
  Frame out;
  out.parent = frame;
  out.slots = const_cast<Value*>(tuple.items().data());
  if (path.frame_width > path.tuple_width) {
    out.slots = arena_.allocate_array<Value>(path.frame_width);
    std::memcpy(static_cast<void*>(out.slots), tuple.items().data(), path.tuple_width * sizeof(Value));
    Value unset;
    unset.marks = mark::unset;
    for (std::size_t i = path.tuple_width; i < path.frame_width; ++i) new (out.slots + i) Value(unset);
  }
  return out;
}

Value Evaluator::contexts_of(const Value& tuples) {
  Value* out = arena_.allocate_array<Value>(tuples.size());
  for (std::size_t i = 0; i < tuples.size(); ++i) new (out + i) Value(tuples.items()[i].items()[0]);
  Value result = Value::array({out, tuples.size()});
  result.marks = mark::sequence;
  return result;
}

// Makes the tuples that one step adds to the stack for one tuple before it.
void Evaluator::extend_tuple(const PathNode& path, const StepNode& step, const Value& before, Frame* frame) {
  Frame* inner = nullptr;
  Frame local = tuple_frame(path, before, frame);
  inner = path.closes ? arena_.make<Frame>(local) : &local;
  const Value context = before.items()[0];
  Value found = evaluate(step.node, context, inner);
  if (found.is_absent()) return;
  std::span<const Value> items = found.is_array() ? found.items() : std::span<const Value>(&found, 1);
  work(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    Value* slots = arena_.allocate_array<Value>(path.tuple_width);
    std::memcpy(static_cast<void*>(slots), before.items().data(), path.tuple_width * sizeof(Value));
    if (found.marks & mark::tuples) {
      // The step was a path of its own that joins: what its tuples carry is carried on.
      for (std::size_t s = 0; s < path.tuple_width && s < items[i].size(); ++s)
        if (!(items[i].items()[s].marks & mark::unset)) slots[s] = items[i].items()[s];
    } else {
      if (step.focus_slot >= 0)
        slots[step.focus_slot] = items[i];
      else
        slots[0] = items[i];
      if (step.index_slot >= 0) slots[step.index_slot] = Value::integer(static_cast<std::int64_t>(i));
      if (step.ancestor_slot >= 0) slots[step.ancestor_slot] = context;
    }
    stack_.push(Value::array({slots, path.tuple_width}));
  }
}

Value Evaluator::tuple_step(const PathNode& path, const StepNode& step, const Value& input, bool first, Frame* frame) {
  Value out;
  std::size_t base = stack_.size();
  if (step.sort && first) {
    Value ordered = sorted(*step.sort, input, frame, nullptr);
    for (std::size_t i = 0; i < ordered.size(); ++i) {
      Value* slots = new_tuple(path);
      slots[0] = ordered.items()[i];
      if (step.index_slot >= 0) slots[step.index_slot] = Value::integer(static_cast<std::int64_t>(i));
      stack_.push(Value::array({slots, path.tuple_width}));
    }
    out = stack_.take_array(base);
  } else if (step.sort) {
    out = sorted(*step.sort, input, frame, &path);
  } else {
    for (std::size_t i = 0; i < input.size(); ++i) {
      Value before = input.items()[i];
      if (first) {
        Value* slots = new_tuple(path);
        slots[0] = before;
        before = Value::array({slots, path.tuple_width});
      }
      extend_tuple(path, step, before, frame);
    }
    out = stack_.take_array(base);
  }
  out.marks = mark::sequence | mark::tuples;
  return tuple_stages(path, step, out, frame);
}

Value Evaluator::tuple_stages(const PathNode& path, const StepNode& step, Value tuples, Frame* frame) {
  for (const StageNode& stage : step.stages) {
    if (stage.filter) {
      tuples = tuple_filter(path, stage, tuples, frame);
      continue;
    }
    // #$i behind a filter: numbers what has passed. These tuples are this path's own, not yet seen by anybody.
    std::size_t base = stack_.size();
    for (std::size_t i = 0; i < tuples.size(); ++i) {
      Value* slots = arena_.allocate_array<Value>(path.tuple_width);
      std::memcpy(static_cast<void*>(slots), tuples.items()[i].items().data(), path.tuple_width * sizeof(Value));
      if (stage.index_slot >= 0) slots[stage.index_slot] = Value::integer(static_cast<std::int64_t>(i));
      stack_.push(Value::array({slots, path.tuple_width}));
    }
    tuples = stack_.take_array(base);
    tuples.marks = mark::sequence | mark::tuples;
  }
  return tuples;
}

Value Evaluator::tuple_filter(const PathNode& path, const StageNode& stage, const Value& tuples, Frame* frame) {
  std::size_t base = stack_.size();
  std::size_t count = tuples.size();
  work(count / 8);
  if (stage.fixed) {
    std::int64_t position = stage.position < 0 ? static_cast<std::int64_t>(count) + stage.position : stage.position;
    if (position >= 0 && position < static_cast<std::int64_t>(count)) stack_.push(tuples.items()[static_cast<std::size_t>(position)]);
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      const Value tuple = tuples.items()[i];
      Frame local = tuple_frame(path, tuple, frame);
      Frame* inner = path.closes ? arena_.make<Frame>(local) : &local;
      std::size_t times = passes(evaluate(stage.filter, tuple.items()[0], inner), i, count);
      for (; times > 0; --times) stack_.push(tuple);
    }
  }
  Value out = stack_.take_array(base);
  out.marks = mark::sequence | mark::tuples;
  return out;
}

Value Evaluator::tuple_path(const PathNode& node, const Value& input, Frame* frame) {
  check_stack(node.offset);
  Value items = input;
  if (!input.is_array() || node.absolute) {
    items = document::array_of(arena_, {&input, 1});
    items.marks = mark::sequence;
  }
  std::size_t step = 0;
  // Before the first variable it is a path like any other, step by step.
  for (; step < node.first_tuple && items.size() > 0; ++step) {
    const StepNode& at = node.steps[step];
    if (at.sort) {
      items = filtered(at.stages, sorted(*at.sort, items, frame, nullptr), frame);
      continue;
    }
    if (step == 0 && node.whole_first) {
      items = evaluate(at.node, items, frame);
      if (!items.is_array()) items = items.is_absent() ? Value::array({}) : document::array_of(arena_, {&items, 1});
      continue;
    }
    Collector out(stack_);
    out.flatten = true;
    for (std::size_t i = 0; i < items.size(); ++i) walk(node, step, step + 1, items.items()[i], frame, out);
    items = raw_sequence_from(out.base);
  }
  Value tuples = Value::array({});
  bool first = true;
  if (items.size() > 0)
    for (tuples = items; step < node.steps.size(); ++step, first = false) tuples = tuple_step(node, node.steps[step], tuples, first, frame);
  tuples.marks = mark::sequence | mark::tuples;
  if (node.group) return grouped(*node.group, tuples, frame, &node);
  if (node.carries) return tuples.size() ? tuples : Value();
  Value out = contexts_of(tuples);
  if (node.keep_singleton) out.marks |= mark::keep;
  return out;
}

}  // namespace arint::mapping
