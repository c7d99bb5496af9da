// SPDX-License-Identifier: GPL-3.0-or-later
// What the operators need to know of single values, without an evaluation around them.
#pragma once
#include <cmath>
#include <cstdint>

#include "mapping/compile/nodes.hpp"

namespace arint::mapping {

inline constexpr std::int64_t exact_integer = 9007199254740992;  // 2^53: up to here doubles are exact integers

inline double number_value(const Value& number) noexcept {
  return number.holds_integer() ? static_cast<double>(number.as_integer()) : number.as_double();
}

// A double as a value: held as an integer when it is one, so that later sums stay exact and positions need no rounding.
inline Value number_of(double value) noexcept {
  if (value == std::trunc(value) && std::abs(value) <= static_cast<double>(exact_integer)) return Value::integer(static_cast<std::int64_t>(value));
  return Value::real(value);
}

// JSONata's =. Deep; objects compare without order. Numbers by worth, large integers by all their digits.
bool same(const Value& a, const Value& b) noexcept;

// Negative, zero, positive. Texts compare by UTF-16 code units, as in ECMAScript.
int compare_texts(std::string_view a, std::string_view b) noexcept;
int compare_numbers(const Value& a, const Value& b) noexcept;

// A number or text that is used as one: finite numbers only. Throws D1001.
void require_finite(const Value& number, std::uint32_t offset);

}  // namespace arint::mapping
