// SPDX-License-Identifier: GPL-3.0-or-later
// The machine's clocks, for threads that have no loop; what runs on a loop asks runtime::Clock, which a test can set.
#pragma once
#include <chrono>
#include <cstdint>

namespace arint::store {

// Milliseconds since 1970; jumps when somebody sets the clock.
inline std::int64_t system_ms() noexcept {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}
// Since some moment before the process began; never goes back.
inline std::int64_t steady_ns() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace arint::store
