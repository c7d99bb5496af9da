// SPDX-License-Identifier: GPL-3.0-or-later
// Filters [..] and orders ^(..).
#include <algorithm>
#include <vector>

#include "mapping/evaluate/evaluator.hpp"
#include "mapping/evaluate/operators.hpp"

namespace arint::mapping {

// How often an item passes: a number, or an array of numbers, names positions (each may name it again); anything else is yes or no.
std::size_t Evaluator::passes(const Value& verdict, std::size_t index, std::size_t count) const {
  auto names = [&](const Value& number) {
    double position = std::floor(number_value(number));
    if (position < 0) position += static_cast<double>(count);
    return position == static_cast<double>(index);
  };
  if (verdict.is_boolean()) return verdict.as_boolean();
  if (verdict.is_number()) return names(verdict);
  if (verdict.is_array() && std::all_of(verdict.items().begin(), verdict.items().end(), [](const Value& v) { return v.is_number(); }))
    return static_cast<std::size_t>(std::count_if(verdict.items().begin(), verdict.items().end(), names));
  return truth(verdict);
}

Value Evaluator::filtered(std::span<const StageNode> stages, const Value& input, Frame* frame) {
  Value out = input;
  for (const StageNode& stage : stages)
    if (stage.filter) out = filtered(stage, out, frame);
  return out;
}

Value Evaluator::filtered(const StageNode& stage, const Value& input, Frame* frame) {
  if (input.marks & mark::tuples) return filtered(stage, contexts_of(input), frame);
  std::span<const Value> items = input.is_array() ? input.items() : std::span<const Value>(&input, 1);
  Value none = Value::array({});
  none.marks = mark::sequence;
  if (stage.fixed) {
    std::int64_t position = stage.position < 0 ? static_cast<std::int64_t>(items.size()) + stage.position : stage.position;
    if (position < 0 || position >= static_cast<std::int64_t>(items.size())) return none;
    Value item = items[static_cast<std::size_t>(position)];
    if (item.is_absent()) return none;
    if (item.is_array()) return item;
    Value out = Value::array({items.data() + position, 1});
    if (!input.is_array()) out = document::array_of(arena_, {&item, 1});
    out.marks = mark::sequence;
    return out;
  }
  std::size_t base = stack_.size();
  work(items.size() / 8);
  for (std::size_t i = 0; i < items.size(); ++i) {
    Value item = items[i];
    std::size_t times = passes(evaluate(stage.filter, item, frame), i, items.size());
    if (item.is_absent()) continue;
    for (; times > 0; --times) stack_.push(item);
  }
  return raw_sequence_from(base);
}

namespace {

// The keys of one sort: a row an item, evaluated when first asked for.
struct Keys {
  std::span<Value> values;   // items x terms; mark::unset: not evaluated yet
  std::size_t terms;
};

// Nothing stands at the end, whichever the direction.
int order_of(const Value& a, const Value& b, bool descending, std::uint32_t offset) {
  if (a.is_number() && b.is_number()) [[likely]] return descending ? compare_numbers(b, a) : compare_numbers(a, b);
  if (a.is_absent()) return b.is_absent() ? 0 : 1;
  if (b.is_absent()) return -1;
  auto fine = [](const Value& v) { return v.is_number() || v.is_text(); };
  if (!fine(a) || !fine(b)) {
    const Value& wrong = fine(a) ? b : a;
    fail("T2008", offset, "items are ordered by numbers or texts, found " + document::described(wrong), wrong);
  }
  if (a.kind() != b.kind())
    fail("T2007", offset, "items are ordered by keys of one kind, found " + document::described(a) + " and " + document::described(b), a);
  int order = a.is_number() ? compare_numbers(a, b) : compare_texts(a.as_text(), b.as_text());
  return descending ? -order : order;
}

}  // namespace

Value Evaluator::sorted(const SortNode& sort, const Value& items, Frame* frame, const PathNode* tuples) {
  std::size_t count = items.size(), terms = sort.terms.size();
  if (count <= 1) return items;
  work(count);
  Keys keys{{arena_.allocate_array<Value>(count * terms), count * terms}, terms};
  Value unset;
  unset.marks = mark::unset;
  for (Value& key : keys.values) new (&key) Value(unset);
  auto key_of = [&](std::uint32_t item, std::size_t term) -> const Value& {
    Value& key = keys.values[item * terms + term];
    if (key.marks & mark::unset) {
      const Value& context = items.items()[item];
      Value value;
      if (tuples) {
        Frame inner = tuple_frame(*tuples, context, frame);
        value = evaluate(sort.terms[term].key, context.items()[0], &inner);
      } else {
        value = evaluate(sort.terms[term].key, context, frame);
      }
      // Read once, compared often.
      if (value.is_number() && value.holds_written()) value = Value::real(value.as_double());
      value.marks &= static_cast<std::uint16_t>(~mark::unset);
      key = value;
    }
    return key;
  };
  std::uint32_t* order = arena_.allocate_array<std::uint32_t>(count);
  for (std::size_t i = 0; i < count; ++i) order[i] = static_cast<std::uint32_t>(i);
  auto before = [&](std::uint32_t a, std::uint32_t b) {
    work(1);
    for (std::size_t term = 0; term < terms; ++term) {
      const Value& left = key_of(a, term);
      int result = order_of(left, key_of(b, term), sort.terms[term].descending, sort.offset);
      if (result != 0) return result < 0;
    }
    return false;
  };
  std::stable_sort(order, order + count, before);
  Value* out = arena_.allocate_array<Value>(count);
  for (std::size_t i = 0; i < count; ++i) new (out + i) Value(items.items()[order[i]]);
  Value result = Value::array({out, count});
  if (tuples) result.marks = mark::tuples | mark::sequence;
  return result;
}

}  // namespace arint::mapping
