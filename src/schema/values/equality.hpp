// SPDX-License-Identifier: GPL-3.0-or-later
// Equality as JSON Schema means it: by worth, numbers exactly, members in any order. Internal to schema/.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "document/value.hpp"

namespace arint::schema {

// document::equal compares numbers as doubles; this one by their digits. Below `deep_enough` levels nothing is equal.
inline constexpr int deep_enough = 2'000;
bool same(const document::Value& a, const document::Value& b, int levels = deep_enough) noexcept;

// Equal values have equal hashes; what is nested deeper than eight levels does not count.
std::uint64_t hash_of(const document::Value& value, int levels = 8) noexcept;

// Two equal items, the first such pair; {0, 0} when all differ. Pairwise for short arrays, by hashes for long ones.
std::pair<std::size_t, std::size_t> equal_items(std::span<const document::Value> items);

}  // namespace arint::schema
