// SPDX-License-Identifier: GPL-3.0-or-later
// Functions on numbers.
#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "mapping/functions/pictures.hpp"
#include "mapping/functions/support.hpp"

namespace arint::mapping {
namespace {

bool digits_only(std::string_view text, std::string_view allowed) noexcept {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

// -?digits[.digits][e[+-]digits]
bool decimal(std::string_view text) noexcept {
  constexpr std::string_view digits = "0123456789";
  if (text.starts_with('-')) text.remove_prefix(1);
  std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos) {
    std::string_view power = text.substr(e + 1);
    if (power.starts_with('-') || power.starts_with('+')) power.remove_prefix(1);
    if (!digits_only(power, digits)) return false;
    text = text.substr(0, e);
  }
  std::size_t point = text.find('.');
  if (point == std::string_view::npos) return digits_only(text, digits);
  return digits_only(text.substr(0, point), digits) && digits_only(text.substr(point + 1), digits);
}

// 0x1F, 0o17, 0b11; false when it is none.
bool with_radix(std::string_view text, double& out) noexcept {
  if (text.size() < 3 || text[0] != '0') return false;
  int radix = text[1] == 'x' || text[1] == 'X' ? 16 : text[1] == 'o' || text[1] == 'O' ? 8 : text[1] == 'b' || text[1] == 'B' ? 2 : 0;
  if (!radix) return false;
  out = 0;
  for (char c : text.substr(2)) {
    int digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : 99;
    if (digit >= radix) return false;
    out = out * radix + digit;
  }
  return true;
}

Value number(Call& call) {
  Value value = call.argument(0);
  if (value.is_absent() || value.is_number()) return value;
  if (value.is_boolean()) return Value::integer(value.as_boolean());
  std::string_view text = value.as_text();
  double out = 0;
  if (with_radix(text, out)) return number_of(out);
  if (decimal(text)) {
    // The digits stay as they are until somebody calculates with them, when JSON could write them so.
    std::from_chars(text.data(), text.data() + text.size(), out);
    double checked = Value::written(text).as_double();
    if (std::isfinite(checked)) return number_of(checked);
  }
  fail("D3030", call.offset, "no number can be made of " + document::described(value), value);
}

Value absolute(Call& call) {
  Value value = call.argument(0);
  if (value.is_absent()) return {};
  if (value.holds_integer() && value.as_integer() != INT64_MIN) return Value::integer(std::abs(value.as_integer()));
  return Value::real(std::abs(number_value(value)));
}

Value floor_of(Call& call) {
  Value value = call.argument(0);
  return value.is_absent() || value.holds_integer() ? value : number_of(std::floor(number_value(value)));
}

Value ceiling(Call& call) {
  Value value = call.argument(0);
  return value.is_absent() || value.holds_integer() ? value : number_of(std::ceil(number_value(value)));
}

// Moves the decimal point as the decimal digits show it, so that 1.005 is what it looks like.
double shifted(double value, int places) {
  std::string text;
  Value::real(value).append_number(text);
  std::size_t e = text.find('e');
  int power = places;
  if (e != std::string::npos) {
    power += std::atoi(text.c_str() + e + 1);
    text.resize(e);
  }
  text += 'e' + std::to_string(power);
  double out = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  (void)end;
  if (problem == std::errc::result_out_of_range) return power > 0 ? std::copysign(HUGE_VAL, value) : 0.0;
  return out;
}

// Half goes to the even neighbour.
double rounded(double value) {
  double result = std::floor(value + 0.5);
  if (std::abs(result - value) == 0.5 && std::fmod(std::abs(result), 2) == 1) result -= 1;
  return result;
}

double rounded_to(double value, int places) {
  if (places == 0) return rounded(value);
  double moved = shifted(value, places);
  if (!std::isfinite(moved)) return value;
  return shifted(rounded(moved), -places);
}

Value round_of(Call& call) {
  Value value = call.argument(0);
  if (value.is_absent()) return {};
  double wanted = call.argument(1).is_number() ? number_value(call.argument(1)) : 0;
  int places = static_cast<int>(std::clamp(std::trunc(wanted), -400.0, 400.0));
  if (value.holds_integer() && places >= 0) return value;
  double number = number_value(value);
  if (!std::isfinite(number)) return value;
  return number_of(rounded_to(number, places));
}

Value power(Call& call) {
  Value base = call.argument(0), exponent = call.argument(1);
  if (base.is_absent()) return {};
  double out = std::pow(number_value(base), exponent.is_number() ? number_value(exponent) : std::nan(""));
  if (!std::isfinite(out))
    fail("D3061", call.offset, "the power of " + document::described(base) + " and " + document::described(exponent) + " is no number that can be written", base);
  return number_of(out);
}

Value square_root(Call& call) {
  Value value = call.argument(0);
  if (value.is_absent()) return {};
  if (number_value(value) < 0) fail("D3060", call.offset, "a negative number has no square root: " + document::described(value), value);
  return number_of(std::sqrt(number_value(value)));
}

Value random(Call& call) { return Value::real(static_cast<double>(call.run.next_random() >> 11) * 0x1.0p-53); }

// Exact for every double, whatever the radix: digits are divided off a decimal-free number.
Value format_base(Call& call) {
  Value value = call.argument(0);
  if (value.is_absent()) return {};
  double number = rounded(number_value(value));
  double radix = call.argument(1).is_number() ? rounded(number_value(call.argument(1))) : 10;
  if (!(radix >= 2 && radix <= 36)) fail("D3100", call.offset, "the base must be between 2 and 36, found " + document::described(call.argument(1)), call.argument(1));
  if (!std::isfinite(number)) fail("D1001", call.offset, "a number too large to be written has no digits", value);
  if (radix == 10) return call.run.text_value(number_of(number), call.offset);
  char digits[1100];
  std::size_t at = sizeof digits;
  double rest = std::abs(number);
  do {
    digits[--at] = "0123456789abcdefghijklmnopqrstuvwxyz"[static_cast<int>(std::fmod(rest, radix))];
    rest = std::floor(rest / radix);
  } while (rest >= 1 && at > 1);
  if (number < 0) digits[--at] = '-';
  return document::text_of(call.run.arena(), {digits + at, sizeof digits - at});
}

Value format_number(Call& call) {
  Value value = call.argument(0), picture = call.argument(1), options = call.argument(2);
  if (value.is_absent()) return {};
  const NumberPicture& compiled = call.run.pictures().number(picture.is_text() ? picture.as_text() : "", options, call.offset);
  return document::text_of(call.run.arena(), compiled.format(number_value(value)));
}

Value format_integer(Call& call) {
  Value value = call.argument(0), picture = call.argument(1);
  if (value.is_absent()) return {};
  const IntegerPicture& compiled = call.run.pictures().integer(picture.is_text() ? picture.as_text() : "", call.offset);
  return document::text_of(call.run.arena(), compiled.format(number_value(value)));
}

Value parse_integer(Call& call) {
  Value value = call.argument(0), picture = call.argument(1);
  if (value.is_absent()) return {};
  const IntegerPicture& compiled = call.run.pictures().integer(picture.is_text() ? picture.as_text() : "", call.offset);
  std::optional<double> parsed = compiled.parse(value.as_text());
  return parsed ? number_of(*parsed) : Value();
}

const Builtin table[] = {
    builtin({"number", "<(nsb)-:n>", 1, number, "The number that a text or a boolean stands for; 0x, 0o and 0b are understood.", "$number('12.5')", "12.5"}),
    builtin({"abs", "<n-:n>", 1, absolute, "The number without its sign.", "$abs(-5)", "5"}),
    builtin({"floor", "<n-:n>", 1, floor_of, "The next whole number down.", "$floor(5.8)", "5"}),
    builtin({"ceil", "<n-:n>", 1, ceiling, "The next whole number up.", "$ceil(5.2)", "6"}),
    builtin({"round", "<n-n?:n>", 2, round_of, "Rounded to so many decimals (negative: tens, hundreds), half to even.", "$round(123.456, 2)", "123.46"}),
    builtin({"power", "<n-n:n>", 2, power, "The first number raised to the second.", "$power(2, 8)", "256"}),
    builtin({"sqrt", "<n-:n>", 1, square_root, "The square root.", "$sqrt(16)", "4"}),
    builtin({"random", "<:n>", 0, random, "A random number from 0 to below 1; the same again when a run is repeated.", "$random()", "", true}),
    builtin({"formatBase", "<n-n?:s>", 2, format_base, "The number, rounded, in another base from 2 to 36.", "$formatBase(100, 2)", R"("1100100")"}),
    builtin({"formatNumber", "<n-so?:s>", 3, format_number, "The number written by a picture, as XPath's format-number.", "$formatNumber(12345.6, '#,###.00')", R"("12,345.60")"}),
    builtin({"formatInteger", "<n-s:s>", 2, format_integer, "The whole number written by a picture: digits, letters, Roman numerals or words.", "$formatInteger(2789, 'w')", R"("two thousand, seven hundred and eighty-nine")"}),
    builtin({"parseInteger", "<s-s:n>", 2, parse_integer, "The whole number that a text written by a picture stands for.", "$parseInteger('twelve', 'w')", "12"}),
};

}  // namespace

std::span<const Builtin> number_functions() { return table; }

}  // namespace arint::mapping
