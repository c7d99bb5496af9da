// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers as text and text as numbers. Internal to document/, and for those who write numbers without a string between.
#pragma once
#include <cstddef>
#include <string_view>

namespace arint::document {

// The nearest double of a number in RFC 8259's grammar; beyond the range infinity or zero, with its sign.
double double_of(std::string_view digits) noexcept;

// The same for [-] digits [. digits] with at most 15 digits, whose doubles are ordered as the numbers themselves are, and differ where
// they differ. False: it is something else.
bool few_digits(std::string_view text, double& out) noexcept;

// ECMAScript Number::toString, radix 10: the shortest digits that read back the same, plain between 1e-7 and 1e21, else with an exponent.
// NaN is written "null", infinity "1e999999". Writes at most most_double_bytes and gives the end.
inline constexpr std::size_t most_double_bytes = 40;
char* write_double(char* to, double value) noexcept;

}  // namespace arint::document
