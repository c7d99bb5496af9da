// SPDX-License-Identifier: GPL-3.0-or-later
// What the built-in functions share.
#pragma once
#include <string_view>

#include "mapping/evaluate/evaluator.hpp"
#include "mapping/evaluate/operators.hpp"
#include "mapping/functions/table.hpp"

namespace arint::mapping {

// One line of a table. `arity` is the number of arguments a higher-order function hands to it.
struct Declared {
  std::string_view name;
  std::string_view signature;
  int arity;
  Value (*run)(Call&);
  std::string_view help, example, result;
  bool changing = false;
};

inline Builtin builtin(const Declared& declared) {
  Builtin out{};
  out.kind = Function::Kind::builtin;
  out.name = declared.name;
  out.signature_text = declared.signature;
  out.arity = declared.arity;
  out.run = declared.run;
  out.help = declared.help;
  out.example = declared.example;
  out.result = declared.result;
  out.changing = declared.changing;
  return out;
}

// The number of characters (code points).
std::size_t character_count(std::string_view text) noexcept;
// The byte at which character number `count` from byte `at` begins; text.size() when there are fewer.
std::size_t skip_characters(std::string_view text, std::size_t at, std::size_t count) noexcept;

// Calls a function with as many of (item, key, whole) as it takes.
Value call_with(Call& call, const Function& function, const Value& item, const Value& key, const Value& whole);

// The items of an array argument; nothing for an absent one.
inline std::span<const Value> items_of(const Value& array) noexcept {
  return array.is_array() ? array.items() : std::span<const Value>();
}

// Sorts indices, stably, with a question `before(a, b)` that may answer anything at all without doing harm.
template <class Before>
void merge_sort(std::uint32_t* order, std::uint32_t* scratch, std::size_t count, Before& swap) {
  if (count < 2) return;
  std::size_t middle = count / 2;
  merge_sort(order, scratch, middle, swap);
  merge_sort(order + middle, scratch, count - middle, swap);
  std::size_t left = 0, right = middle, out = 0;
  while (left < middle && right < count) scratch[out++] = swap(order[left], order[right]) ? order[right++] : order[left++];
  while (left < middle) scratch[out++] = order[left++];
  while (right < count) scratch[out++] = order[right++];
  std::copy(scratch, scratch + count, order);
}

}  // namespace arint::mapping
