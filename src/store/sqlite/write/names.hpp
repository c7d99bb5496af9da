// SPDX-License-Identifier: GPL-3.0-or-later
// The table `names`: where to find a message by its id or cid. Both are random, so an index over all of them would touch a page of its
// own for every message. It is cut into parts by number, and a part is entered at once and in order: so the table grows at its end only.
// A look-up asks each part, and what is not entered yet is looked through.
#pragma once
#include "store/write.hpp"

namespace arint::store {

inline constexpr int part_bits = 12;
constexpr std::int64_t part_of(Number number) noexcept { return number >> part_bits; }
constexpr Number last_in_part(std::int64_t part) noexcept { return ((part + 1) << part_bits) - 1; }

}  // namespace arint::store
