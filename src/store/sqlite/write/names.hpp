// SPDX-License-Identifier: GPL-3.0-or-later
// The table `names`: where to find a message by its id or cid. Both are random, so an index over all of them would touch a page of its
// own for every message. It is cut into parts by number; a look-up asks each part, and what is not entered yet is looked through.
#pragma once
#include "store/write.hpp"

namespace arint::store {

inline constexpr std::int64_t part_of(Number number) noexcept { return number >> 17; }

// Entered once so many wait for it; one look-up reads at most these and what came since.
inline constexpr std::int64_t names_at_once = 2048;

}  // namespace arint::store
