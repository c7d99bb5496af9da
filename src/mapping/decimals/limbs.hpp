// SPDX-License-Identifier: GPL-3.0-or-later
// Whole numbers without sign, of any length: limbs in base 10^9, lowest first, no zeros on top (zero has none).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace arint::mapping::limbs {

using Limbs = std::vector<std::uint32_t>;

Limbs of_digits(std::string_view digits);  // of decimal digits only
std::string to_digits(const Limbs& number);  // zero is ""
int digit_count(const Limbs& number) noexcept;

int compare(const Limbs& a, const Limbs& b) noexcept;
Limbs sum(const Limbs& a, const Limbs& b);
Limbs difference(const Limbs& a, const Limbs& b);  // a is not smaller
Limbs product(const Limbs& a, const Limbs& b);
Limbs times_power_of_ten(const Limbs& number, int power);
// Whole division; what is left over goes to `remainder`. `divisor` is not zero.
Limbs quotient(const Limbs& dividend, const Limbs& divisor, Limbs& remainder);

}  // namespace arint::mapping::limbs
