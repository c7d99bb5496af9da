// SPDX-License-Identifier: GPL-3.0-or-later
// What every outgoing can be told, whatever it connects to; and the kind of it, with that kind's own options.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "declare/settings.hpp"

namespace arint::outgoing {

// What to do when a call's outcome is unknown (timeout, cut connection) and it cannot be repeated for sure.
enum class OnUnknown { repeat, stop, hold };
const declare::Words<OnUnknown>& words_of(OnUnknown);

// Within the caller's deadline: a retry that would begin after it is not waited for.
struct Retry {
  Millis total{};
  std::int64_t attempts = 0;  // 0 = as many as fit in the time
  Millis initial{};
  Millis max{};
};

struct Breaker {
  std::int64_t failures = 0;  // 0 = no breaker
  Millis open_for{};
};

struct Options {
  declare::Choice kind{};
  Millis timeout{};             // of one attempt
  std::int64_t in_flight = 0;   // calls in progress, over all cores
  std::int64_t queue = 0;       // calls that wait for their turn, over all cores; beyond it busy
  std::optional<Retry> retry{};
  Breaker breaker{};
  std::optional<declare::Name> security{};
  std::optional<OnUnknown> on_unknown{};  // not said: repeat for accepted messages, else stop
};

// `kinds`: the options of each connector that has an OUT face.
declare::Settings<Options> settings(std::vector<declare::Shape> kinds);

}  // namespace arint::outgoing
