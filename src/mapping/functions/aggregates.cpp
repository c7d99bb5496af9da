// SPDX-License-Identifier: GPL-3.0-or-later
// Functions that make one number of many.
#include "mapping/evaluate/fold.hpp"
#include "mapping/functions/support.hpp"

namespace arint::mapping {
namespace {

Value total(Call& call, std::span<const Value> items) {
  call.run.work(items.size() / 8);
  Total out;
  for (const Value& item : items) out.add(item);
  return out.value();
}

Value sum(Call& call) {
  Value items = call.argument(0);
  return items.is_absent() ? Value() : total(call, items.items());
}

Value count(Call& call) {
  Value items = call.argument(0);
  return Value::integer(items.is_array() ? items.size() : 0);
}

template <bool largest>
Value extreme(Call& call) {
  std::span<const Value> items = items_of(call.argument(0));
  if (items.empty()) return {};
  call.run.work(items.size() / 8);
  Value best = items[0];
  for (const Value& item : items.subspan(1)) {
    int order = compare_numbers(item, best);
    if (largest ? order > 0 : order < 0) best = item;
  }
  return best;
}

Value average(Call& call) {
  std::span<const Value> items = items_of(call.argument(0));
  if (items.empty()) return {};
  return number_of(number_value(total(call, items)) / static_cast<double>(items.size()));
}

Builtin folding(FoldKind fold, Builtin function) {
  function.fold = fold;
  return function;
}

const Builtin table[] = {
    folding(FoldKind::sum, builtin({"sum", "<a<n>:n>", 1, sum, "The sum of an array of numbers.", "$sum([1, 2, 3])", "6"})),
    folding(FoldKind::count, builtin({"count", "<a:n>", 1, count, "How many items an array has; 0 for nothing.", "$count([1, 2, 3])", "3"})),
    folding(FoldKind::largest, builtin({"max", "<a<n>:n>", 1, extreme<true>, "The largest number of an array.", "$max([5, 9, 2])", "9"})),
    folding(FoldKind::smallest, builtin({"min", "<a<n>:n>", 1, extreme<false>, "The smallest number of an array.", "$min([5, 9, 2])", "2"})),
    folding(FoldKind::average, builtin({"average", "<a<n>:n>", 1, average, "The mean of an array of numbers.", "$average([1, 2, 6])", "3"})),
};

}  // namespace

std::span<const Builtin> aggregate_functions() { return table; }

}  // namespace arint::mapping
