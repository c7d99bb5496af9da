// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/decimals/limbs.hpp"

#include <algorithm>

namespace arint::mapping::limbs {
namespace {

constexpr std::uint64_t base = 1'000'000'000;
constexpr int limb_digits = 9;

void trim(Limbs& number) {
  while (!number.empty() && number.back() == 0) number.pop_back();
}

Limbs times_small(const Limbs& number, std::uint32_t factor) {
  Limbs out;
  out.reserve(number.size() + 1);
  std::uint64_t carry = 0;
  for (std::uint32_t limb : number) {
    carry += static_cast<std::uint64_t>(limb) * factor;
    out.push_back(static_cast<std::uint32_t>(carry % base));
    carry /= base;
  }
  if (carry) out.push_back(static_cast<std::uint32_t>(carry));
  trim(out);
  return out;
}

Limbs quotient_small(const Limbs& dividend, std::uint32_t divisor, std::uint32_t& remainder) {
  Limbs out(dividend.size());
  std::uint64_t rest = 0;
  for (std::size_t i = dividend.size(); i-- > 0;) {
    rest = rest * base + dividend[i];
    out[i] = static_cast<std::uint32_t>(rest / divisor);
    rest %= divisor;
  }
  trim(out);
  remainder = static_cast<std::uint32_t>(rest);
  return out;
}

// One digit of the long division: how often `divisor` goes into the limbs of `rest` from `at` on; they lose as much.
// Knuth, The Art of Computer Programming, volume 2, 4.3.1, algorithm D, steps D3 to D6. The divisor's top limb is at least base / 2.
std::uint32_t divide_step(Limbs& rest, const Limbs& divisor, std::size_t at) {
  const std::size_t n = divisor.size();
  const std::uint64_t top = rest[at + n] * base + rest[at + n - 1];
  std::uint64_t guess = top / divisor[n - 1], left = top % divisor[n - 1];
  while (guess >= base || guess * divisor[n - 2] > left * base + rest[at + n - 2]) {
    --guess;
    left += divisor[n - 1];
    if (left >= base) break;
  }
  std::uint64_t carry = 0;
  std::int64_t borrow = 0;
  for (std::size_t i = 0; i <= n; ++i) {
    carry += i < n ? guess * divisor[i] : 0;
    std::int64_t limb = static_cast<std::int64_t>(rest[at + i]) - static_cast<std::int64_t>(carry % base) - borrow;
    borrow = limb < 0;
    rest[at + i] = static_cast<std::uint32_t>(borrow ? limb + static_cast<std::int64_t>(base) : limb);
    carry /= base;
  }
  if (!borrow) return static_cast<std::uint32_t>(guess);
  // One too many: rare, but it happens.
  std::uint64_t over = 0;
  for (std::size_t i = 0; i <= n; ++i) {
    over += static_cast<std::uint64_t>(rest[at + i]) + (i < n ? divisor[i] : 0);
    rest[at + i] = static_cast<std::uint32_t>(over % base);
    over /= base;
  }
  return static_cast<std::uint32_t>(guess - 1);
}

}  // namespace

Limbs of_digits(std::string_view digits) {
  Limbs out;
  out.reserve(digits.size() / limb_digits + 1);
  for (std::size_t end = digits.size(); end > 0;) {
    const std::size_t begin = end > limb_digits ? end - limb_digits : 0;
    std::uint32_t limb = 0;
    for (std::size_t i = begin; i < end; ++i) limb = limb * 10 + static_cast<std::uint32_t>(digits[i] - '0');
    out.push_back(limb);
    end = begin;
  }
  trim(out);
  return out;
}

std::string to_digits(const Limbs& number) {
  std::string out;
  for (std::size_t i = number.size(); i-- > 0;) {
    std::string limb = std::to_string(number[i]);
    if (i + 1 < number.size()) out.append(limb_digits - limb.size(), '0');
    out += limb;
  }
  return out;
}

int digit_count(const Limbs& number) noexcept {
  if (number.empty()) return 0;
  int out = static_cast<int>(number.size() - 1) * limb_digits;
  for (std::uint32_t top = number.back(); top > 0; top /= 10) ++out;
  return out;
}

int compare(const Limbs& a, const Limbs& b) noexcept {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  for (std::size_t i = a.size(); i-- > 0;)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

Limbs sum(const Limbs& a, const Limbs& b) {
  Limbs out;
  out.reserve(std::max(a.size(), b.size()) + 1);
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()) || carry; ++i) {
    carry += (i < a.size() ? a[i] : 0ull) + (i < b.size() ? b[i] : 0ull);
    out.push_back(static_cast<std::uint32_t>(carry % base));
    carry /= base;
  }
  return out;
}

Limbs difference(const Limbs& a, const Limbs& b) {
  Limbs out(a.size());
  std::int64_t borrow = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::int64_t limb = static_cast<std::int64_t>(a[i]) - (i < b.size() ? static_cast<std::int64_t>(b[i]) : 0) - borrow;
    borrow = limb < 0;
    out[i] = static_cast<std::uint32_t>(borrow ? limb + static_cast<std::int64_t>(base) : limb);
  }
  trim(out);
  return out;
}

Limbs product(const Limbs& a, const Limbs& b) {
  Limbs out(a.size() + b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < b.size() || carry; ++j) {
      carry += out[i + j] + (j < b.size() ? static_cast<std::uint64_t>(a[i]) * b[j] : 0);
      out[i + j] = static_cast<std::uint32_t>(carry % base);
      carry /= base;
    }
  }
  trim(out);
  return out;
}

Limbs times_power_of_ten(const Limbs& number, int power) {
  if (number.empty()) return {};
  std::uint32_t factor = 1;
  for (int i = 0; i < power % limb_digits; ++i) factor *= 10;
  Limbs out = times_small(number, factor);
  out.insert(out.begin(), static_cast<std::size_t>(power / limb_digits), 0);
  return out;
}

Limbs quotient(const Limbs& dividend, const Limbs& divisor, Limbs& remainder) {
  if (compare(dividend, divisor) < 0) {
    remainder = dividend;
    return {};
  }
  std::uint32_t rest_small = 0;
  if (divisor.size() == 1) {
    Limbs out = quotient_small(dividend, divisor[0], rest_small);
    remainder = rest_small ? Limbs{rest_small} : Limbs{};
    return out;
  }
  const auto scale = static_cast<std::uint32_t>(base / (divisor.back() + 1ull));
  const Limbs scaled = times_small(divisor, scale);
  Limbs rest = times_small(dividend, scale);
  rest.resize(dividend.size() + 1);
  Limbs out(rest.size() - scaled.size());
  for (std::size_t at = out.size(); at-- > 0;) out[at] = divide_step(rest, scaled, at);
  trim(out);
  trim(rest);
  remainder = quotient_small(rest, scale, rest_small);
  return out;
}

}  // namespace arint::mapping::limbs
