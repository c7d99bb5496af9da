// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/pictures/integer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "base/text.hpp"
#include "mapping/pictures/digits.hpp"
#include "mapping/pictures/numerals.hpp"

namespace arint::mapping {
namespace {

constexpr double largest_roman = 999'999;

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

// 1st, 2nd, 3rd, 11th.
std::string_view ordinal_suffix(std::string_view digits) {
  bool teen = digits.size() > 1 && digits[digits.size() - 2] == '1';
  char last = digits.back();
  return teen ? "th" : last == '1' ? "st" : last == '2' ? "nd" : last == '3' ? "rd" : "th";
}

}  // namespace

Pictured<IntegerPicture> IntegerPicture::compile(std::string_view picture) {
  IntegerPicture out;
  std::string_view primary = picture;
  if (std::size_t semicolon = picture.rfind(';'); semicolon != std::string_view::npos) {
    primary = picture.substr(0, semicolon);
    out.ordinal = picture.substr(semicolon + 1).starts_with('o');
  }
  if (primary == "A" || primary == "I" || primary == "W") out.letter_case = Case::upper;
  if (primary == "Ww") out.letter_case = Case::title;
  if (primary == "A" || primary == "a") {
    out.style = Style::letters;
  } else if (primary == "I" || primary == "i") {
    out.style = Style::roman;
  } else if (primary == "W" || primary == "w" || primary == "Ww") {
    out.style = Style::words;
  } else if (std::optional<PictureError> problem = out.read_digits(primary)) {
    return *problem;
  }
  return out;
}

std::optional<PictureError> IntegerPicture::read_digits(std::string_view primary) {
  std::vector<char32_t> characters;
  for (std::size_t at = 0; at < primary.size();) characters.push_back(next_code_point(primary, at));
  mandatory_digits = 0;
  char32_t family = 0;
  int digits = 0;
  for (std::size_t i = characters.size(); i-- > 0;) {
    char32_t c = characters[i];
    if (char32_t its_zero = digit_family(c)) {
      if (family && family != its_zero)
        return PictureError{"D3131", "the picture " + quoted(primary) + " mixes digits of two families"};
      family = its_zero;
      ++mandatory_digits;
      ++digits;
    } else if (c == '#') {
      ++optional_digits;
      ++digits;
    } else {
      separators.push_back({digits, c});
    }
  }
  if (mandatory_digits == 0)
    return PictureError{"D3130", "numbering as in " + quoted(primary) + " is not supported; use digits, A, a, I, i, W, w or Ww"};
  zero = family;
  if (separators.empty()) return std::nullopt;
  int distance = 0;
  bool one_character = true;
  for (const Separator& separator : separators) {
    distance = std::gcd(distance, separator.position);
    one_character = one_character && separator.character == separators[0].character;
  }
  // Regular when they stand at 1, 2, 3... times the distance: then they go on to the left of the picture.
  bool regular = one_character && distance > 0;
  for (int i = 1; regular && i <= static_cast<int>(separators.size()); ++i)
    regular = std::any_of(separators.begin(), separators.end(), [&](const Separator& s) { return s.position == i * distance; });
  if (regular) regular_group = distance;
  return std::nullopt;
}

std::string IntegerPicture::format(double value) const {
  if (!std::isfinite(value)) return std::isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
  value = std::floor(value);
  std::string sign = value < 0 ? "-" : "";
  value = std::fabs(value);
  std::string out;
  switch (style) {
    case Style::letters: out = in_letters(value); break;
    case Style::roman: out = value > largest_roman ? format_digits(value) : in_roman(value); break;
    case Style::words: out = in_words(value, ordinal); break;
    case Style::digits: return sign + format_digits(value);
  }
  if (letter_case == Case::upper) out = upper(out);
  if (letter_case == Case::lower) out = lower(out);
  return sign + out;
}

void IntegerPicture::append(std::string& out, std::int64_t value) const {
  bool plain = style == Style::digits && separators.empty() && zero == U'0' && !ordinal && value >= 0 && mandatory_digits > 0;
  if (!plain) {
    out += format(static_cast<double>(value));
    return;
  }
  char digits[24];
  char* end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  for (std::ptrdiff_t count = end - digits; count < mandatory_digits; ++count) out += '0';
  out.append(digits, end);
}

std::string IntegerPicture::format_digits(double value) const {
  std::string ascii = Decimal::of(value).integer_digits();
  if (static_cast<int>(ascii.size()) < mandatory_digits)
    ascii.insert(0, static_cast<std::size_t>(mandatory_digits) - ascii.size(), '0');
  std::string out;
  if (separators.empty()) {
    append_digits(out, ascii, zero);
  } else {
    int length = static_cast<int>(ascii.size());
    for (int i = 0; i <= length; ++i) {
      int right = length - i;
      if (i > 0 && regular_group > 0 && right > 0 && right % regular_group == 0) append_utf8(out, separators[0].character);
      if (i > 0 && regular_group == 0)
        for (std::size_t s = separators.size(); s-- > 0;)
          if (separators[s].position == right) append_utf8(out, separators[s].character);
      if (i < length) append_digits(out, std::string_view(ascii).substr(static_cast<std::size_t>(i), 1), zero);
    }
  }
  if (ordinal) out += ordinal_suffix(ascii);
  return out;
}

std::optional<double> IntegerPicture::parse(std::string_view text) const {
  switch (style) {
    case Style::letters: return from_letters(text);
    case Style::roman: return from_roman(text);
    case Style::words: return from_words(text);
    case Style::digits: return parse_digits(text);
  }
  return std::nullopt;
}

std::optional<double> IntegerPicture::parse_digits(std::string_view text) const {
  bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (ordinal) {
    if (text.size() < 3) return std::nullopt;
    std::string suffix = lower(text.substr(text.size() - 2));
    if (suffix != "st" && suffix != "nd" && suffix != "rd" && suffix != "th") return std::nullopt;
    text.remove_suffix(2);
  }
  std::string ascii;
  for (std::size_t at = 0; at < text.size();) {
    char32_t c = next_code_point(text, at);
    if (c >= zero && c < zero + 10) {
      ascii += static_cast<char>('0' + (c - zero));
    } else if (std::none_of(separators.begin(), separators.end(), [c](const Separator& s) { return s.character == c; })) {
      return std::nullopt;
    }
  }
  double value = 0;
  auto [end, error] = std::from_chars(ascii.data(), ascii.data() + ascii.size(), value);
  (void)end;
  if (error != std::errc()) return std::nullopt;  // no digit at all, or more than a double holds
  return negative ? -value : value;
}

}  // namespace arint::mapping
