// SPDX-License-Identifier: GPL-3.0-or-later
// What is counted of accepted messages, beside what every part counts.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "log/metrics/registry.hpp"
#include "store/store.hpp"

namespace arint::delivery {

// Of one channel. `left`: how often a run left to each state; `accepted`: messages taken in.
struct ChannelNumbers {
  std::shared_ptr<log::Counter> accepted{};
  std::map<store::State, std::shared_ptr<log::Counter>> left{};
  Millis retention{};                     // of messages that expire
};

ChannelNumbers channel_numbers(log::Generation& numbers, const std::string& channel, Millis retention, store::Store& store);

}  // namespace arint::delivery
