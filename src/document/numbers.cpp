// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/numbers.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace arint::document {
namespace {

// Powers of ten that a double holds exactly.
constexpr double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                             1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// "-1.25e+20" taken apart.
char* write_plain(char* to, const char* digits, int count, int point) noexcept {
  auto put = [&to](const char* from, int size) {
    std::memcpy(to, from, static_cast<std::size_t>(size));
    to += size;
  };
  auto zeros = [&to](int size) {
    std::memset(to, '0', static_cast<std::size_t>(size));
    to += size;
  };
  if (count <= point && point <= 21) {
    put(digits, count);
    zeros(point - count);
  } else if (0 < point && point <= 21) {
    put(digits, point);
    *to++ = '.';
    put(digits + point, count - point);
  } else if (-6 < point && point <= 0) {
    put("0.", 2);
    zeros(-point);
    put(digits, count);
  } else {
    *to++ = digits[0];
    if (count > 1) {
      *to++ = '.';
      put(digits + 1, count - 1);
    }
    *to++ = 'e';
    *to++ = point <= 0 ? '-' : '+';
    to = std::to_chars(to, to + 4, std::abs(point - 1)).ptr;
  }
  return to;
}

}  // namespace

// Both the digits and the power of ten are exact doubles, so that one division rounds once, to the nearest.
bool few_digits(std::string_view text, double& out) noexcept {
  const char* p = text.data();
  const char* end = p + text.size();
  bool negative = p != end && *p == '-';
  if (negative) ++p;
  if (end - p > 16) return false;
  std::uint64_t digits = 0;
  const char* point = nullptr;
  for (; p != end; ++p) {
    unsigned digit = static_cast<unsigned char>(*p) - unsigned{'0'};
    if (digit < 10)
      digits = digits * 10 + digit;
    else if (*p == '.' && !point)
      point = p;
    else
      return false;
  }
  if (!point && text.size() > 15) return false;
  double worth = static_cast<double>(digits);
  if (point) worth /= powers[end - point - 1];
  out = negative ? -worth : worth;
  return true;
}

double double_of(std::string_view digits) noexcept {
  double out = 0;
  if (few_digits(digits, out)) return out;
  auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (problem == std::errc::result_out_of_range) {
    // from_chars leaves the value alone; the exponent's sign tells which way it went.
    std::size_t e = digits.find_first_of("eE");
    bool tiny = e != std::string_view::npos && e + 1 < digits.size() && digits[e + 1] == '-';
    double size = tiny ? 0.0 : std::numeric_limits<double>::infinity();
    return digits[0] == '-' ? -size : size;
  }
  return out;
}

char* write_double(char* to, double value) noexcept {
  auto put = [to](std::string_view text) {
    std::memcpy(to, text.data(), text.size());
    return to + text.size();
  };
  if (std::isnan(value)) return put("null");  // JSON has no NaN; mapping never lets one through
  if (std::isinf(value)) return put(value < 0 ? "-1e999999" : "1e999999");
  if (value == 0) return put("0");
  constexpr double exact = 9007199254740992.0;  // 2^53
  if (value == std::trunc(value) && std::abs(value) <= exact) return std::to_chars(to, to + 20, static_cast<std::int64_t>(value)).ptr;
  char text[32];
  const char* end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  const char* p = text;
  if (*p == '-') *to++ = *p++;
  char digits[24];
  int count = 0;
  digits[count++] = *p++;
  if (*p == '.')
    for (++p; *p != 'e'; ++p) digits[count++] = *p;
  ++p;  // e
  if (*p == '+') ++p;
  int exponent = 0;
  std::from_chars(p, end, exponent);
  return write_plain(to, digits, count, exponent + 1);
}

}  // namespace arint::document
