// SPDX-License-Identifier: GPL-3.0-or-later
// Functions that call a function for each item of an array.
#include "mapping/functions/support.hpp"

namespace arint::mapping {
namespace {

Value map(Call& call) {
  Value array = call.argument(0);
  if (array.is_absent()) return {};
  const Function& function = *function_of(call.argument(1));
  std::size_t base = call.run.stack().size();
  for (std::size_t i = 0; i < array.size(); ++i) {
    Value value = call_with(call, function, array.items()[i], Value::integer(static_cast<std::int64_t>(i)), array);
    if (!value.is_absent()) call.run.stack().push(value);
  }
  return call.run.raw_sequence_from(base);
}

Value filter(Call& call) {
  Value array = call.argument(0);
  if (array.is_absent()) return {};
  const Function& function = *function_of(call.argument(1));
  std::size_t base = call.run.stack().size();
  for (std::size_t i = 0; i < array.size(); ++i) {
    Value item = array.items()[i];
    if (truth(call_with(call, function, item, Value::integer(static_cast<std::int64_t>(i)), array))) call.run.stack().push(item);
  }
  return call.run.raw_sequence_from(base);
}

Value single(Call& call) {
  Value array = call.argument(0), function = call.argument(1);
  if (array.is_absent()) return {};
  Value out;
  bool found = false;
  for (std::size_t i = 0; i < array.size(); ++i) {
    Value item = array.items()[i];
    bool fits = function.is_absent() || truth(call_with(call, *function_of(function), item, Value::integer(static_cast<std::int64_t>(i)), array));
    if (!fits) continue;
    if (found) fail("D3138", call.offset, "$single should match exactly one item and matched more", array);
    found = true;
    out = item;
  }
  if (!found) fail("D3139", call.offset, "$single should match exactly one item and matched none", array);
  return out;
}

Value reduce(Call& call) {
  Value array = call.argument(0), initial = call.argument(2);
  if (array.is_absent()) return {};
  const Function& function = *function_of(call.argument(1));
  int takes = arity(function);
  if (takes < 2) fail("D3050", call.offset, "the function given to $reduce must take at least two arguments");
  std::size_t from = initial.is_absent() && array.size() > 0 ? 1 : 0;
  Value out = from ? array.items()[0] : initial;
  for (std::size_t i = from; i < array.size(); ++i) {
    Value arguments[4] = {out, array.items()[i], Value::integer(static_cast<std::int64_t>(i)), array};
    out = call.run.call(function, {arguments, static_cast<std::size_t>(std::min(takes, 4))}, {}, call.offset);
  }
  return out;
}

const Builtin table[] = {
    builtin({"map", "<af>", 2, map, "What a function of (item, position, array) makes of each item.", "$map([1, 2], function($v) { $v * 2 })", "[2,4]"}),
    builtin({"filter", "<af>", 2, filter, "The items for which a function of (item, position, array) is true.", "$filter([1, 2, 3], function($v) { $v > 1 })", "[2,3]"}),
    builtin({"single", "<af?>", 2, single, "The one item for which a function is true; a fault when there are none or several.", "$single([1, 2, 3], function($v) { $v = 2 })", "2"}),
    builtin({"reduce", "<afj?:j>", 3, reduce, "All items folded into one value by a function of (so far, item, position, array).", "$reduce([1, 2, 3], function($sum, $v) { $sum + $v })", "6"}),
};

}  // namespace

std::span<const Builtin> higher_order_functions() { return table; }

}  // namespace arint::mapping
