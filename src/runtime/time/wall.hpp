// SPDX-License-Identifier: GPL-3.0-or-later
// The time of day as the loop's clock has it, which a test can set.
#pragma once
#include <cstdint>

#include "runtime/core/loop.hpp"

namespace arint::runtime {

// Milliseconds since 1970, on a loop.
inline std::int64_t wall_ms() { return Loop::current().clock().now_ms_since_epoch(); }

}  // namespace arint::runtime
