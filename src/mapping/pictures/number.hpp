// SPDX-License-Identifier: GPL-3.0-or-later
// NumberPicture: a decimal format picture, as $formatNumber takes it: "#,##0.00", "0.0e0", "0%;(0%)".
//
// Source: XPath and XQuery Functions and Operators 3.1, section 4.7. Rounding is half to even on the shortest decimal form of the
// number. Told apart from the JSONata reference: a power of ten in exponent form has one digit more in its exponent instead of a
// mantissa too large (10 by "0e0" is 1e1); numbers of 1e21 and more are written out; infinity and NaN are written by their symbols;
// a separator never stands before the first digit.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/pictures/error.hpp"

namespace arint::mapping {

// The third argument of $formatNumber.
struct NumberSymbols {
  char32_t decimal_separator = U'.';
  char32_t grouping_separator = U',';
  char32_t exponent_separator = U'e';
  char32_t zero_digit = U'0';
  char32_t digit = U'#';
  char32_t pattern_separator = U';';
  std::string infinity = "Infinity";
  std::string minus_sign = "-";
  std::string nan = "NaN";
  std::string percent = "%";
  std::string per_mille = "\u2030";

  // By JSONata's name ("decimal-separator"); unknown names are ignored, as the reference does. D3086: a separator or digit that is not
  // one character.
  std::optional<PictureError> set(std::string_view option, std::string_view value);
};

class NumberPicture {
 public:
  // D3080..D3093.
  static Pictured<NumberPicture> compile(std::string_view picture, NumberSymbols symbols = {});

  std::string format(double value) const;

 private:
  friend class NumberPictureReader;
  struct Part {
    std::string prefix{};
    std::string suffix{};
    int shift = 0;                   // 2 for percent, 3 for per mille
    int least_integer = 0;           // digits before the decimal separator, at least
    int least_fraction = 0;
    int most_fraction = 0;
    int scaling = 0;                 // digits of the mantissa before the decimal separator
    int least_exponent = 0;          // 0: no exponent
    int regular_group = 0;           // every so many digits; 0: at `groups`
    std::vector<int> groups{};           // counted from the decimal separator to the left
    std::vector<int> fraction_groups{};  // and to the right
  };

  std::string grouped_integer(const std::string& ascii, const Part& part) const;
  std::string grouped_fraction(const std::string& ascii, const Part& part) const;

  NumberSymbols symbols_;
  Part positive_;
  Part negative_;
};

}  // namespace arint::mapping
