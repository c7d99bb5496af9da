// SPDX-License-Identifier: GPL-3.0-or-later
// The eight states of an accepted message (design.md, section 6, point 6), and which may follow which.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace arint::store {

// The numbers are what the store keeps; they never change their meaning.
enum class State : std::uint8_t {
  waiting = 2,   // for its turn, its time, an event, or a core
  running = 3,   // a core has claimed it
  retrying = 4,  // a fault is waited out
  held = 5,      // for a person: its outcome is unknown, or a part it needs is gone
  dead = 6,      // it failed for good; a person decides
  done = 7,
  expired = 8,   // its time was over before it was delivered
  dropped = 9,   // by a person
};
inline constexpr State states[] = {State::waiting, State::running, State::retrying, State::held,
                                   State::dead,    State::done,    State::expired,  State::dropped};

std::string_view word(State state) noexcept;
std::optional<State> state_named(std::string_view word) noexcept;

// Nothing more will happen by itself or is asked of a person; it is kept for the retention and then removed.
constexpr bool resolved(State state) noexcept { return state >= State::done; }

// The one table of transitions; `replay` is the only way out of a resolved state.
bool may_become(State from, State to) noexcept;

}  // namespace arint::store
