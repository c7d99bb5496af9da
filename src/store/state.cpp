// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/state.hpp"

namespace arint::store {

std::string_view word(State state) noexcept {
  switch (state) {
    case State::waiting: return "waiting";
    case State::running: return "running";
    case State::retrying: return "retrying";
    case State::held: return "held";
    case State::dead: return "dead";
    case State::done: return "done";
    case State::expired: return "expired";
    case State::dropped: return "dropped";
  }
  return "unknown";
}

std::optional<State> state_named(std::string_view text) noexcept {
  for (State state : states)
    if (word(state) == text) return state;
  return std::nullopt;
}

bool may_become(State from, State to) noexcept {
  switch (to) {
    // Given back, waiting for time or an event; resumed, replayed.
    case State::waiting: return from != State::waiting;
    case State::running: return from == State::waiting || from == State::retrying;
    case State::retrying:
    case State::dead:
    case State::done: return from == State::running;
    case State::held: return from == State::running || from == State::waiting || from == State::retrying;
    // What is held or dead expires no more: a person has to look at it.
    case State::expired: return from == State::running || from == State::waiting || from == State::retrying;
    case State::dropped: return !resolved(from);
  }
  return false;
}

}  // namespace arint::store
