// SPDX-License-Identifier: GPL-3.0-or-later
// What a timer channel can be told beside what every channel can.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "declare/settings.hpp"

namespace arint::connectors::timer {

struct Options {
  std::optional<Millis> every{};
  std::optional<std::string> cron{}, at{};
  std::string zone{};
  bool at_start = false;
  std::int64_t times = 0;                  // 0: no limit
  std::optional<std::string> until{};
  Millis jitter{};
  bool overlap = false;
  std::optional<declare::Node> body{};
  Position where{};
};

declare::Settings<Options> settings();

}  // namespace arint::connectors::timer
