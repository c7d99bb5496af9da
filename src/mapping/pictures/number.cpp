// SPDX-License-Identifier: GPL-3.0-or-later
// Writing a number by a compiled picture. XPath and XQuery Functions and Operators 3.1, section 4.7.5.
#include "mapping/pictures/number.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "mapping/pictures/digits.hpp"

namespace arint::mapping {

std::string NumberPicture::format(double value) const {
  if (std::isnan(value)) return symbols_.nan;
  const Part& part = value < 0 ? negative_ : positive_;
  if (std::isinf(value)) return part.prefix + symbols_.infinity + part.suffix;

  Decimal number = Decimal::of(value);
  number.point += part.shift;
  int exponent = 0;
  if (part.least_exponent > 0 && !number.digits.empty()) {
    exponent = number.point - part.scaling;
    number.point = part.scaling;
  }
  number.round(part.most_fraction);

  std::string integer = number.integer_digits();
  std::string fraction = number.fraction_digits();
  if (static_cast<int>(integer.size()) < part.least_integer)
    integer.insert(0, static_cast<std::size_t>(part.least_integer) - integer.size(), '0');
  if (static_cast<int>(fraction.size()) < part.least_fraction)
    fraction.append(static_cast<std::size_t>(part.least_fraction) - fraction.size(), '0');

  std::string out = part.prefix + grouped_integer(integer, part);
  if (!fraction.empty()) {
    append_utf8(out, symbols_.decimal_separator);
    out += grouped_fraction(fraction, part);
  }
  if (part.least_exponent > 0) {
    append_utf8(out, symbols_.exponent_separator);
    if (exponent < 0) out += symbols_.minus_sign;
    std::string digits = std::to_string(std::abs(exponent));
    if (static_cast<int>(digits.size()) < part.least_exponent)
      digits.insert(0, static_cast<std::size_t>(part.least_exponent) - digits.size(), '0');
    append_digits(out, digits, symbols_.zero_digit);
  }
  return out += part.suffix;
}

std::string NumberPicture::grouped_integer(const std::string& ascii, const Part& part) const {
  std::string out;
  int length = static_cast<int>(ascii.size());
  for (int i = 0; i < length; ++i) {
    int right = length - i;  // digits from here to the decimal separator
    bool here = part.regular_group > 0 ? right % part.regular_group == 0
                                       : std::find(part.groups.begin(), part.groups.end(), right) != part.groups.end();
    if (i > 0 && here) append_utf8(out, symbols_.grouping_separator);
    append_digits(out, std::string_view(ascii).substr(static_cast<std::size_t>(i), 1), symbols_.zero_digit);
  }
  return out;
}

std::string NumberPicture::grouped_fraction(const std::string& ascii, const Part& part) const {
  std::string out;
  for (std::size_t i = 0; i < ascii.size(); ++i) {
    bool here = std::find(part.fraction_groups.begin(), part.fraction_groups.end(), static_cast<int>(i)) != part.fraction_groups.end();
    if (i > 0 && here) append_utf8(out, symbols_.grouping_separator);
    append_digits(out, std::string_view(ascii).substr(i, 1), symbols_.zero_digit);
  }
  return out;
}

}  // namespace arint::mapping
