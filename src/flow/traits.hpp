// SPDX-License-Identifier: GPL-3.0-or-later
// Traits: what a service does that decides where it can be used. Gathered while it is compiled; the engine compares it with the
// channels that lead to it.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/position.hpp"

namespace arint::flow {

struct Traits {
  enum class Needs : std::uint8_t {
    nobody_waits,    // the message is accepted: `wait_for`, `compensate`
    somebody_waits,  // the caller is there: `forward`
  };
  struct Use {
    Needs needs;
    std::string verb;
    Position at;
    std::string path;  // in the file
  };
  struct Event {
    std::string name;
    Position at;
    std::string path;
  };
  std::vector<Use> uses{};
  std::vector<std::string> calls{};        // services
  std::vector<Event> awaited{}, emitted{};
};

}  // namespace arint::flow
