// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/pictures/digits.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.hpp"

namespace arint::mapping {
namespace {

// Zeros of the digit families in use (Unicode 15, category Nd).
constexpr std::array<char32_t, 51> zeros{
    0x30,    0x660,   0x6F0,   0x7C0,   0x966,   0x9E6,   0xA66,   0xAE6,   0xB66,   0xBE6,   0xC66,   0xCE6,   0xD66,
    0xDE6,   0xE50,   0xED0,   0xF20,   0x1040,  0x1090,  0x17E0,  0x1810,  0x1946,  0x19D0,  0x1A80,  0x1A90,  0x1B50,
    0x1BB0,  0x1C40,  0x1C50,  0xA620,  0xA8D0,  0xA900,  0xA9D0,  0xA9F0,  0xAA50,  0xABF0,  0xFF10,  0x104A0, 0x10D30,
    0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x118E0, 0x16B50, 0x1E950};

}  // namespace

Decimal Decimal::of(double value) {
  Decimal out;
  value = std::fabs(value);
  if (value == 0) return out;
  char text[32];
  auto [end, error] = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific);
  (void)error;
  std::string_view written(text, static_cast<std::size_t>(end - text));
  std::size_t e = written.find('e');
  out.digits = written.substr(0, 1);
  if (e > 2) out.digits += written.substr(2, e - 2);
  std::string_view power = written.substr(e + 1);
  if (power[0] == '+') power.remove_prefix(1);
  std::from_chars(power.data(), power.data() + power.size(), out.point);
  ++out.point;
  return out;
}

void Decimal::round(int places) {
  int keep = point + places;
  if (keep >= static_cast<int>(digits.size())) return;
  if (keep < 0) {
    digits.clear();
    return;
  }
  std::size_t cut = static_cast<std::size_t>(keep);
  bool above_half = digits[cut] > '5' || (digits[cut] == '5' && digits.size() > cut + 1);
  bool half = digits[cut] == '5' && digits.size() == cut + 1;
  bool odd = cut > 0 && (digits[cut - 1] - '0') % 2 == 1;
  digits.resize(cut);
  if (above_half || (half && odd)) {
    std::size_t i = cut;
    while (i > 0 && digits[i - 1] == '9') --i;
    digits.resize(i);
    if (i > 0) {
      ++digits[i - 1];
    } else {
      digits = "1";
      ++point;
    }
  }
  while (!digits.empty() && digits.back() == '0') digits.pop_back();
}

std::string Decimal::integer_digits() const {
  if (point <= 0 || digits.empty()) return {};
  std::size_t length = static_cast<std::size_t>(point);
  std::string out = digits.substr(0, length);
  out.append(length - out.size(), '0');
  return out;
}

std::string Decimal::fraction_digits() const {
  if (digits.empty() || point >= static_cast<int>(digits.size())) return {};
  if (point >= 0) return digits.substr(static_cast<std::size_t>(point));
  return std::string(static_cast<std::size_t>(-point), '0') + digits;
}

char32_t digit_family(char32_t c) noexcept {
  if (c < 0x660) return c >= '0' && c <= '9' ? U'0' : 0;
  auto after = std::upper_bound(zeros.begin(), zeros.end(), c);
  char32_t zero = *(after - 1);
  return c - zero <= 9 ? zero : 0;
}

void append_digits(std::string& out, std::string_view ascii, char32_t zero) {
  if (zero == U'0') {
    out += ascii;
    return;
  }
  for (char digit : ascii) append_utf8(out, zero + static_cast<char32_t>(digit - '0'));
}

}  // namespace arint::mapping
