// SPDX-License-Identifier: GPL-3.0-or-later
// What every channel can be told, whatever it listens to; and the kind of it, with that kind's own options.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "declare/settings.hpp"

namespace arint::channel {

struct Limits {
  Size body{};     // of one message, as it comes
  Size memory{};   // of one run: documents, variables, results
};

struct Options {
  declare::Choice kind{};
  std::optional<declare::Name> service{};
  std::optional<declare::Name> forward{};
  std::vector<declare::Name> format{};
  Millis timeout{};
  std::int64_t in_flight = 0;
  Limits limits{};
};

// `kinds`: the options of each connector that has an IN face.
declare::Settings<Options> settings(std::vector<declare::Shape> kinds);

}  // namespace arint::channel
