// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/decimals/decimal.hpp"

#include <algorithm>
#include <array>

#include "mapping/decimals/limbs.hpp"

namespace arint::mapping {
namespace {

using limbs::Limbs;

constexpr std::array<std::string_view, 6> names{"half-even", "half-up", "up", "down", "ceiling", "floor"};

// Beyond this an exponent only says that the number is too long (or nothing at all).
constexpr int most_exponent = 1'000'000'000;

bool digits_only(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<int> exponent_of(std::string_view text) noexcept {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || !digits_only(text)) return std::nullopt;
  int out = 0;
  for (char c : text) out = std::min(out * 10ll + (c - '0'), static_cast<long long>(most_exponent));
  return negative ? -out : out;
}

// Whether a quotient with this remainder is to grow by one, away from zero.
bool rounds_up(Rounding rounding, bool negative, const Limbs& quotient, const Limbs& remainder, const Limbs& divisor) {
  if (remainder.empty()) return false;
  switch (rounding) {
    case Rounding::up: return true;
    case Rounding::down: return false;
    case Rounding::ceiling: return !negative;
    case Rounding::floor: return negative;
    default: break;
  }
  const int half = limbs::compare(limbs::sum(remainder, remainder), divisor);
  if (half != 0) return half > 0;
  return rounding == Rounding::half_up || (!quotient.empty() && quotient[0] % 2 == 1);
}

Limbs divided(const Limbs& dividend, const Limbs& divisor, bool negative, Rounding rounding) {
  Limbs remainder;
  Limbs out = limbs::quotient(dividend, divisor, remainder);
  return rounds_up(rounding, negative, out, remainder, divisor) ? limbs::sum(out, {1}) : out;
}

}  // namespace

std::span<const std::string_view> rounding_names() noexcept { return names; }

std::optional<Rounding> rounding_named(std::string_view name) noexcept {
  auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Rounding>(found - names.begin());
}

void Decimal::check() const {
  if (scale_ > most_digits || limbs::digit_count(limbs_) > most_digits) throw TooLong{};
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  Decimal out;
  out.negative_ = text.starts_with('-');
  if (out.negative_) text.remove_prefix(1);
  std::optional<int> exponent = 0;
  if (std::size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    exponent = exponent_of(text.substr(e + 1));
    text = text.substr(0, e);
  }
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point), part = text.substr(std::min(point + 1, text.size()));
  if (!exponent || whole.empty() || !digits_only(whole) || !digits_only(part) || (point < text.size() && part.empty())) return std::nullopt;
  if (text.size() > 2 * most_digits) throw TooLong{};
  out.limbs_ = limbs::of_digits(std::string(whole) + std::string(part));
  const int scale = static_cast<int>(part.size()) - *exponent;
  if (out.limbs_.empty()) {
    out.negative_ = false;
    out.scale_ = std::clamp(scale, 0, most_digits);
    return out;
  }
  if (scale > most_digits || -scale > most_digits) throw TooLong{};
  if (scale < 0) out.limbs_ = limbs::times_power_of_ten(out.limbs_, -scale);
  out.scale_ = std::max(scale, 0);
  out.check();
  return out;
}

std::string Decimal::text() const {
  std::string digits = limbs::to_digits(limbs_);
  const auto decimals = static_cast<std::size_t>(scale_);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  if (decimals > 0) digits.insert(digits.size() - decimals, 1, '.');
  return negative_ ? "-" + digits : digits;
}

Decimal Decimal::with_scale(int scale) const {
  Decimal out = *this;
  out.limbs_ = limbs::times_power_of_ten(limbs_, scale - scale_);
  out.scale_ = scale;
  out.check();
  return out;
}

Decimal Decimal::negated() const {
  Decimal out = *this;
  out.negative_ = !negative_ && !zero();
  return out;
}

Decimal Decimal::plus(const Decimal& other) const {
  if (scale_ < other.scale_) return with_scale(other.scale_).plus(other);
  if (other.scale_ < scale_) return plus(other.with_scale(scale_));
  Decimal out;
  out.scale_ = scale_;
  if (negative_ == other.negative_) {
    out.negative_ = negative_;
    out.limbs_ = limbs::sum(limbs_, other.limbs_);
  } else {
    const bool larger = limbs::compare(limbs_, other.limbs_) >= 0;
    out.limbs_ = larger ? limbs::difference(limbs_, other.limbs_) : limbs::difference(other.limbs_, limbs_);
    out.negative_ = (larger ? negative_ : other.negative_) && !out.zero();
  }
  out.check();
  return out;
}

Decimal Decimal::times(const Decimal& other) const {
  Decimal out;
  out.limbs_ = limbs::product(limbs_, other.limbs_);
  out.scale_ = scale_ + other.scale_;
  out.negative_ = negative_ != other.negative_ && !out.zero();
  out.check();
  return out;
}

Decimal Decimal::divided_by(const Decimal& divisor, int scale, Rounding rounding) const {
  // this / divisor = limbs / divisor.limbs * 10^(divisor.scale - this.scale), wanted in units of 10^-scale.
  const int shift = scale + divisor.scale_ - scale_;
  Decimal out;
  out.negative_ = negative_ != divisor.negative_;
  out.limbs_ = divided(shift > 0 ? limbs::times_power_of_ten(limbs_, shift) : limbs_,
                       shift < 0 ? limbs::times_power_of_ten(divisor.limbs_, -shift) : divisor.limbs_, out.negative_, rounding);
  if (scale < 0) out.limbs_ = limbs::times_power_of_ten(out.limbs_, -scale);
  out.scale_ = std::max(scale, 0);
  out.negative_ = out.negative_ && !out.zero();
  out.check();
  return out;
}

Decimal Decimal::rounded(int scale, Rounding rounding) const {
  if (scale >= scale_) return with_scale(scale);
  Decimal one;
  one.limbs_ = {1};
  return divided_by(one, scale, rounding);
}

int Decimal::compare(const Decimal& other) const {
  const Decimal rest = plus(other.negated());
  return rest.zero() ? 0 : rest.negative_ ? -1 : 1;
}

}  // namespace arint::mapping
