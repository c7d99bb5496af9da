// SPDX-License-Identifier: GPL-3.0-or-later
// A double as decimal digits: the shortest that read back the same, so that 0.575 is five hundred seventy-five thousandths and no less.
#pragma once
#include <string>
#include <string_view>

namespace arint::mapping {

// 0.d1d2d3... x 10^point, without sign; no leading or trailing zeros, no digits at all for zero. Finite values only.
struct Decimal {
  std::string digits{};
  int point = 0;

  static Decimal of(double value);
  // Rounds half to even, keeping `places` digits behind the decimal point.
  void round(int places);
  std::string integer_digits() const;   // without leading zeros; empty below one
  std::string fraction_digits() const;  // without trailing zeros; empty for whole numbers
};

// The first code point of the decimal digit family (Unicode general category Nd) that `c` belongs to, or 0.
char32_t digit_family(char32_t c) noexcept;

// Appends ASCII digits, written in the family that starts at `zero`.
void append_digits(std::string& out, std::string_view ascii, char32_t zero);

}  // namespace arint::mapping
