// SPDX-License-Identifier: GPL-3.0-or-later
// A message that does not come from outside but by hand (`arint send`) or from a test (`arint test`), and what its sender is told.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace arint::channel {

using TextFields = std::vector<std::pair<std::string, std::string>>;

struct Submitted {
  std::string method{}, path{}, query{};   // HTTP's; empty: as the channel has them
  TextFields headers{};
  std::string body{};
  std::string content_type{};              // empty: that of the channel's first format
};

struct Told {
  int status = 0;                          // HTTP's; 0: this kind of channel has none
  TextFields headers{};                    // names as sent
  std::string body{};
};

}  // namespace arint::channel
