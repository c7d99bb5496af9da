// SPDX-License-Identifier: GPL-3.0-or-later
// Exact arithmetic on numbers as they are written: comparing and dividing without ever rounding. Internal to schema/.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "document/value.hpp"

namespace arint::schema {

// A number as 0.d1d2d3... x 10^point. The digits are a slice of what was written: from the first digit that is not 0 to the last,
// with the decimal point possibly between them. A double counts as its shortest decimal form.
class Exact {
 public:
  // `number` must be a number; the result points at its text, or into itself.
  explicit Exact(const document::Value& number) noexcept;
  Exact(const Exact&) = delete;
  Exact& operator=(const Exact&) = delete;

  bool zero() const noexcept { return count_ == 0; }
  bool negative() const noexcept { return negative_; }
  bool whole() const noexcept { return count_ <= point_ || count_ == 0; }
  std::int64_t digit_count() const noexcept { return count_; }
  std::int64_t point() const noexcept { return point_; }
  std::string_view digits() const noexcept { return digits_; }  // may hold one '.'

  // -1, 0, 1.
  static int compare(const Exact& a, const Exact& b) noexcept;

 private:
  void read(std::string_view text) noexcept;

  std::string_view digits_{};
  std::int64_t count_ = 0;
  std::int64_t point_ = 0;
  bool negative_ = false;
  char buffer_[32];
};

// -1, 0, 1. Both are numbers.
int compare(const document::Value& a, const document::Value& b) noexcept;

bool is_whole(const document::Value& number) noexcept;  // 1.0 and 1e2 are

// What multipleOf divides by: d x 10^exponent, d without trailing zeros.
struct Divisor {
  static constexpr int most_small_digits = 18;
  std::uint64_t digits = 1;            // d, when it has at most 18 digits
  std::vector<std::uint64_t> large{};  // d otherwise: 18 digits a part, the last digits first, a zero behind
  std::int64_t exponent = 0;

  // False when it is not positive.
  static bool from(const document::Value& number, Divisor& out);
  // Exact for any number of digits on both sides; time grows with their product.
  bool divides(const document::Value& number) const noexcept;
};

}  // namespace arint::schema
