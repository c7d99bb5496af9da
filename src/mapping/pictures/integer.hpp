// SPDX-License-Identifier: GPL-3.0-or-later
// IntegerPicture: how $formatInteger writes and $parseInteger reads a whole number.
//
//   picture = primary [ ";" modifier ]      modifier: "o" ordinal, "c" cardinal
//   primary = "A" | "a" | "I" | "i" | "W" | "w" | "Ww" | digits with "#" and grouping separators, of any Unicode digit family
// Source: XPath and XQuery Functions and Operators 3.1, section 4.6; English only. Any other primary is D3130.
// Told apart from the JSONata reference: 1e21 and more are written out; a separator never stands before the first digit; Roman numerals
// end at 999,999 (plain digits from there); reading gives nothing where the text does not fit instead of NaN or a part of the number.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/pictures/error.hpp"

namespace arint::mapping {

class IntegerPicture {
 public:
  enum class Style : std::uint8_t { digits, letters, roman, words };
  enum class Case : std::uint8_t { lower, upper, title };

  struct Separator {
    int position;  // digits to its right
    char32_t character;
  };

  // D3130 unsupported numbering sequence, D3131 digits of two families.
  static Pictured<IntegerPicture> compile(std::string_view picture);

  // Fractions are cut towards minus infinity.
  std::string format(double value) const;
  // The same of a whole number that a double holds; cheap for plain digits.
  void append(std::string& out, std::int64_t value) const;

  // nullopt: the text is no such number. Words and Roman numerals are read in any case.
  std::optional<double> parse(std::string_view text) const;

  Style style = Style::digits;
  Case letter_case = Case::lower;
  bool ordinal = false;
  int mandatory_digits = 1;
  int optional_digits = 0;
  char32_t zero = U'0';
  int regular_group = 0;                  // every so many digits a separator, separators[0].character; 0: as listed
  std::vector<Separator> separators{};    // from right to left

 private:
  std::optional<PictureError> read_digits(std::string_view primary);
  std::string format_digits(double value) const;
  std::optional<double> parse_digits(std::string_view text) const;
};

}  // namespace arint::mapping
