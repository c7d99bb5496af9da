// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/numbers.hpp"

#include <array>

namespace arint::connectors::http {
namespace {

struct Known {
  Count what;
  std::string_view name, help;
};
constexpr std::array all{
    Known{Count::rate_limited, "arint_channel_rate_limited_total", "Requests refused with 429 because of the channel's limits.rate."},
};

std::shared_ptr<log::Counter> make(log::Generation& numbers, const Known& known, const std::string& channel) {
  return numbers.counter({std::string(known.name), std::string(known.help)}, {{"channel", channel}});
}

}  // namespace

std::shared_ptr<log::Counter> counter(log::Generation& numbers, Count what, const std::string& channel) {
  return make(numbers, all[static_cast<std::size_t>(what)], channel);
}

void declare_counters(log::Generation& numbers, const std::string& channel) {
  for (const Known& known : all) make(numbers, known, channel);
}

}  // namespace arint::connectors::http
