// SPDX-License-Identifier: GPL-3.0-or-later
// Decimal: exact decimal arithmetic, for money. A whole number of any length and how many of its digits are decimals.
//
// 1.10 and 1.1 are equal but not the same: the number of decimals (the scale) is kept and follows from what is calculated, as on
// paper: a sum has the decimals of its longest part, a product those of both together. What would need more than `most_digits`
// digits throws TooLong; nothing else can fail.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace arint::mapping {

enum class Rounding : std::uint8_t { half_even, half_up, up, down, ceiling, floor };

// Their words, in the order of the enum.
std::span<const std::string_view> rounding_names() noexcept;
std::optional<Rounding> rounding_named(std::string_view name) noexcept;

class Decimal {
 public:
  static constexpr int most_digits = 10'000;
  struct TooLong {};

  Decimal() = default;  // 0
  // -?digits[.digits][e[+-]digits], leading zeros allowed. nullopt when it is something else.
  static std::optional<Decimal> parse(std::string_view text);
  // Digits with a point when there are decimals, never an exponent. Zero has no sign.
  std::string text() const;

  int scale() const noexcept { return scale_; }
  bool zero() const noexcept { return limbs_.empty(); }
  // Limbs of nine digits: what the work of a calculation grows with.
  std::size_t size() const noexcept { return limbs_.size(); }

  Decimal negated() const;
  Decimal plus(const Decimal& other) const;
  Decimal times(const Decimal& other) const;
  // To so many decimals; fewer than none are tens, hundreds, ... `divisor` is not zero.
  Decimal divided_by(const Decimal& divisor, int scale, Rounding rounding) const;
  Decimal rounded(int scale, Rounding rounding) const;
  // Negative, zero, positive. 1.0 and 1.00 are equal.
  int compare(const Decimal& other) const;

 private:
  using Limbs = std::vector<std::uint32_t>;  // base 10^9, lowest first, no zeros on top

  Decimal with_scale(int scale) const;  // a larger one: zeros behind the decimals
  void check() const;                   // throws TooLong

  bool negative_ = false;
  int scale_ = 0;
  Limbs limbs_{};
};

}  // namespace arint::mapping
