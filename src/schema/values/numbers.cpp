// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema/values/numbers.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "document/numbers.hpp"

namespace arint::schema {
namespace {

using document::Value;
using Wide = unsigned __int128;

// Exponents beyond are all the same to us: no document writes out so many digits.
constexpr std::int64_t largest_exponent = 1ll << 50;

std::int64_t read_exponent(std::string_view text) noexcept {
  bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  std::int64_t out = 0;
  for (char c : text) {
    out = out * 10 + (c - '0');
    if (out > largest_exponent) out = largest_exponent;
  }
  return negative ? -out : out;
}

// The next digit of a slice that may hold a decimal point; '0' behind its end.
class Digits {
 public:
  explicit Digits(std::string_view digits) noexcept : rest_(digits) {}
  bool done() const noexcept { return rest_.empty(); }
  char next() noexcept {
    if (rest_.empty()) return '0';
    if (rest_[0] == '.') rest_.remove_prefix(1);
    char digit = rest_[0];
    rest_.remove_prefix(1);
    return digit;
  }

 private:
  std::string_view rest_;
};

// Large numbers: parts of 18 digits, the last digits first. There is always a part free for one digit more.
constexpr std::uint64_t part_limit = 1'000'000'000'000'000'000;

void append_digit(std::vector<std::uint64_t>& number, std::uint64_t digit) noexcept {
  for (std::uint64_t& part : number) {
    std::uint64_t more = part * 10 + digit;  // below 1.01 x 10^19, which fits
    part = more % part_limit;
    digit = more / part_limit;
  }
}

bool at_least(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) noexcept {
  return !std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
}

// Long division by hand: brings the next digit down, and takes the divisor away as often as it goes.
void next_rest(std::vector<std::uint64_t>& rest, std::uint64_t digit, const std::vector<std::uint64_t>& divisor) noexcept {
  append_digit(rest, digit);
  while (at_least(rest, divisor)) {
    bool borrowed = false;
    for (std::size_t i = 0; i < rest.size(); ++i) {
      std::uint64_t take = divisor[i] + borrowed;
      borrowed = rest[i] < take;
      rest[i] += (borrowed ? part_limit : 0) - take;
    }
  }
}

}  // namespace

Exact::Exact(const Value& number) noexcept {
  if (number.holds_written()) {
    read(number.as_text());
    return;
  }
  char* end = buffer_;
  if (number.holds_integer()) {
    end = std::to_chars(buffer_, buffer_ + sizeof buffer_, number.as_integer()).ptr;
  } else {
    double value = number.as_double();
    if (std::isnan(value)) value = 0;
    if (std::isinf(value)) {
      // What a number too large for a double became: larger than any we write.
      read(value < 0 ? "-1e1125899906842624" : "1e1125899906842624");
      return;
    }
    end = std::to_chars(buffer_, buffer_ + sizeof buffer_, value).ptr;
  }
  read({buffer_, static_cast<std::size_t>(end - buffer_)});
}

void Exact::read(std::string_view text) noexcept {
  negative_ = text.starts_with('-');
  if (negative_) text.remove_prefix(1);
  std::size_t e = text.find_first_of("eE");
  std::string_view mantissa = text.substr(0, e);
  std::size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) {
    negative_ = false;  // there is one zero
    return;
  }
  std::size_t last = mantissa.find_last_of("123456789");
  std::size_t dot = std::min(mantissa.find('.'), mantissa.size());
  digits_ = mantissa.substr(first, last - first + 1);
  count_ = static_cast<std::int64_t>(digits_.size()) - (first < dot && dot < last ? 1 : 0);
  point_ = first < dot ? static_cast<std::int64_t>(dot - first) : -static_cast<std::int64_t>(first - dot - 1);
  if (e != std::string_view::npos) point_ += read_exponent(text.substr(e + 1));
}

int Exact::compare(const Exact& a, const Exact& b) noexcept {
  if (a.zero() || b.zero()) {
    int sign_a = a.zero() ? 0 : a.negative_ ? -1 : 1;
    int sign_b = b.zero() ? 0 : b.negative_ ? -1 : 1;
    return sign_a < sign_b ? -1 : sign_a > sign_b ? 1 : 0;
  }
  if (a.negative_ != b.negative_) return a.negative_ ? -1 : 1;
  int larger = a.negative_ ? -1 : 1;
  if (a.point_ != b.point_) return a.point_ > b.point_ ? larger : -larger;
  Digits x(a.digits_);
  Digits y(b.digits_);
  while (!x.done() || !y.done()) {
    char p = x.next();
    char q = y.next();
    if (p != q) return p > q ? larger : -larger;
  }
  return 0;
}

namespace {

// The usual number: one that its double stands for exactly when it is compared with others of that kind.
bool usual(const Value& number, double& out) noexcept {
  constexpr std::int64_t most = 1'000'000'000'000'000;
  if (number.holds_written()) return document::few_digits(number.as_text(), out);
  if (!number.holds_integer() || number.as_integer() > most || number.as_integer() < -most) return false;
  out = static_cast<double>(number.as_integer());
  return true;
}

// Against 0, which most bounds are, the first digit that is none tells.
int sign_of(std::string_view text) noexcept {
  for (char c : text) {
    if (c == 'e' || c == 'E') break;
    if (c >= '1' && c <= '9') return text[0] == '-' ? -1 : 1;
  }
  return 0;
}

}  // namespace

int compare(const Value& a, const Value& b) noexcept {
  if (a.holds_integer() && b.holds_integer())
    return a.as_integer() < b.as_integer() ? -1 : a.as_integer() > b.as_integer() ? 1 : 0;
  if (b.holds_integer() && b.as_integer() == 0 && a.holds_written()) return sign_of(a.as_text());
  double left = 0, right = 0;
  if (usual(a, left) && usual(b, right)) return left < right ? -1 : left > right;
  return Exact::compare(Exact(a), Exact(b));
}

bool is_whole(const Value& number) noexcept {
  if (number.holds_integer()) return true;
  if (number.holds_written()) {
    std::string_view text = number.as_text();
    bool plain = text.find_first_of("eE") == std::string_view::npos;
    // 12.5 is not; 12.50 and 12.0 need a look.
    return plain && text.back() != '0' ? text.find('.') == std::string_view::npos : Exact(number).whole();
  }
  double value = number.as_double();
  return value == std::floor(value);
}

bool Divisor::from(const Value& number, Divisor& out) {
  Exact exact(number);
  if (exact.zero() || exact.negative()) return false;
  out = Divisor{};
  out.exponent = exact.point() - exact.digit_count();
  Digits digits(exact.digits());
  if (exact.digit_count() <= most_small_digits) {
    out.digits = 0;
    while (!digits.done()) out.digits = out.digits * 10 + static_cast<std::uint64_t>(digits.next() - '0');
    return true;
  }
  out.large.resize(static_cast<std::size_t>(exact.digit_count()) / most_small_digits + 2);
  while (!digits.done()) append_digit(out.large, static_cast<std::uint64_t>(digits.next() - '0'));
  return true;
}

bool Divisor::divides(const Value& number) const noexcept {
  if (number.holds_integer() && exponent == 0 && large.empty()) {
    std::int64_t value = number.as_integer();
    std::uint64_t size = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    return size % digits == 0;
  }
  Exact exact(number);
  if (exact.zero()) return true;
  // Neither side ends in a zero, so a smaller power of ten on the left can not be made up for.
  std::int64_t shift = exact.point() - exact.digit_count() - exponent;
  if (shift < 0) return false;
  Digits left(exact.digits());
  if (!large.empty()) {
    // Of a power of ten only the twos and fives that the divisor holds can count, and it holds fewer than four for each of its digits.
    std::int64_t zeros = std::min(shift, static_cast<std::int64_t>(large.size()) * most_small_digits * 4);
    std::vector<std::uint64_t> rest(large.size());
    while (!left.done()) next_rest(rest, static_cast<std::uint64_t>(left.next() - '0'), large);
    for (; zeros > 0; --zeros) next_rest(rest, 0, large);
    return std::all_of(rest.begin(), rest.end(), [](std::uint64_t part) { return part == 0; });
  }
  Wide rest = 0;
  while (!left.done()) rest = (rest * 10 + static_cast<Wide>(left.next() - '0')) % digits;
  Wide power = 10 % digits;
  for (; shift > 0; shift >>= 1) {
    if (shift & 1) rest = rest * power % digits;
    power = power * power % digits;
  }
  return rest == 0;
}

}  // namespace arint::schema
