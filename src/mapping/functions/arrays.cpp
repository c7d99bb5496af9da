// SPDX-License-Identifier: GPL-3.0-or-later
// Functions on arrays.
#include <algorithm>
#include <functional>
#include <numeric>

#include "mapping/functions/support.hpp"

namespace arint::mapping {
namespace {

Value append(Call& call) { return call.run.concatenated(call.argument(0), call.argument(1)); }

Value reverse(Call& call) {
  Value array = call.argument(0);
  if (array.is_absent() || array.size() <= 1) return array;
  call.run.work(array.size() / 8);
  Value* out = call.run.arena().allocate_array<Value>(array.size());
  std::uninitialized_copy(array.items().rbegin(), array.items().rend(), out);
  return Value::array({out, array.size()});
}

Value sort(Call& call) {
  Value array = call.argument(0), comparator = call.argument(1);
  if (array.is_absent() || array.size() <= 1) return array;
  std::span<const Value> items = array.items();
  std::size_t count = items.size();
  call.run.work(count);
  auto all = [&](auto is) { return std::all_of(items.begin(), items.end(), is); };
  bool numbers = all([](const Value& v) { return v.is_number(); });
  if (comparator.is_absent() && !numbers && !all([](const Value& v) { return v.is_text(); }))
    fail("D3070", call.offset, "without a function to compare by, $sort takes only numbers or only texts", array);
  Arena& arena = call.run.arena();
  std::uint32_t* order = arena.allocate_array<std::uint32_t>(count * 2);
  std::iota(order, order + count, 0u);
  // Does the left one belong behind the right one?
  auto swap = [&](std::uint32_t left, std::uint32_t right) {
    call.run.work(1);
    if (comparator.is_absent())
      return numbers ? compare_numbers(items[left], items[right]) > 0 : compare_texts(items[left].as_text(), items[right].as_text()) > 0;
    Value pair[2] = {items[left], items[right]};
    return truth(call.run.call(*function_of(comparator), pair, {}, call.offset));
  };
  merge_sort(order, order + count, count, swap);
  Value* out = arena.allocate_array<Value>(count);
  for (std::size_t i = 0; i < count; ++i) new (out + i) Value(items[order[i]]);
  return Value::array({out, count});
}

Value shuffle(Call& call) {
  Value array = call.argument(0);
  if (array.is_absent() || array.size() <= 1) return array;
  call.run.work(array.size() / 4);
  Value* out = call.run.arena().allocate_array<Value>(array.size());
  std::uninitialized_copy(array.items().begin(), array.items().end(), out);
  for (std::size_t i = array.size() - 1; i > 0; --i) std::swap(out[i], out[call.run.next_random() % (i + 1)]);
  return Value::array({out, array.size()});
}

// Equal values have equal hashes; the order of members does not matter.
std::size_t hash_of(Call& call, const Value& value) {
  call.run.check_stack(call.offset);
  std::size_t hash = static_cast<std::size_t>(value.kind()) * 0x9E3779B97F4A7C15ull;
  switch (value.kind()) {
    case document::Kind::boolean: return hash + value.as_boolean();
    case document::Kind::number: {
      double number = number_value(value);
      return hash ^ std::hash<double>()(number == 0 ? 0.0 : number);
    }
    case document::Kind::text:
    case document::Kind::bytes: return hash ^ std::hash<std::string_view>()(value.as_text());
    case document::Kind::array:
      for (const Value& item : value.items()) hash = hash * 31 + hash_of(call, item);
      return hash;
    case document::Kind::object:
      for (const Member& member : value.members())
        hash += (std::hash<std::string_view>()(member.name) ^ hash_of(call, member.value) * 31) * 0xBF58476D1CE4E5B9ull;
      return hash;
    default: return hash;
  }
}

Value distinct(Call& call) {
  Value array = call.argument(0);
  if (!array.is_array() || array.size() <= 1) return array;
  Evaluator& run = call.run;
  std::size_t capacity = 16;
  while (capacity < array.size() * 2) capacity *= 2;
  std::uint32_t* table = run.arena().allocate_array<std::uint32_t>(capacity);
  std::fill(table, table + capacity, 0u);
  std::size_t base = run.stack().size();
  for (std::uint32_t i = 0; i < array.size(); ++i) {
    const Value item = array.items()[i];
    run.work(1);
    std::size_t at = hash_of(call, item) & (capacity - 1);
    while (table[at] && !same(array.items()[table[at] - 1], item)) at = (at + 1) & (capacity - 1);
    if (table[at]) continue;
    table[at] = i + 1;
    run.stack().push(item);
  }
  Value out = run.stack().take_array(base);
  out.marks = array.marks & mark::sequence;
  return out;
}

Value zip(Call& call) {
  std::size_t length = call.arguments.empty() ? 0 : SIZE_MAX;
  for (const Value& array : call.arguments) length = std::min(length, items_of(array).size());
  std::size_t width = call.arguments.size();
  call.run.work(length * width / 8);
  Arena& arena = call.run.arena();
  Value* out = arena.allocate_array<Value>(length);
  for (std::size_t i = 0; i < length; ++i) {
    Value* row = arena.allocate_array<Value>(width);
    for (std::size_t w = 0; w < width; ++w) new (row + w) Value(call.arguments[w].items()[i]);
    new (out + i) Value(Value::array({row, width}));
  }
  return Value::array({out, length});
}

const Builtin table[] = {
    builtin({"append", "<xx:a>", 2, append, "The items of both, one array after the other.", "$append([1, 2], 3)", "[1,2,3]"}),
    builtin({"sort", "<af?:a>", 2, sort, "Sorted upwards; a function that is true when its first argument belongs behind the second gives another order.", "$sort([3, 1, 2])", "[1,2,3]"}),
    builtin({"reverse", "<a:a>", 1, reverse, "The items in reverse order.", "$reverse([1, 2, 3])", "[3,2,1]"}),
    builtin({"shuffle", "<a:a>", 1, shuffle, "The items in random order; the same again when a run is repeated.", "$count($shuffle([1, 2, 3]))", "3", true}),
    builtin({"distinct", "<x:x>", 1, distinct, "Each item once.", "$distinct([1, 2, 1])", "[1,2]"}),
    builtin({"zip", "<a+>", 0, zip, "The first items of all arrays, then the second ones, and so on.", "$zip([1, 2], ['a', 'b'])", R"([[1,"a"],[2,"b"]])"}),
};

}  // namespace

std::span<const Builtin> array_functions() { return table; }

}  // namespace arint::mapping
