// SPDX-License-Identifier: GPL-3.0-or-later
// What a file channel can be told beside what every channel can.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "declare/settings.hpp"

namespace arint::connectors::file {

enum class Order : std::uint8_t { name, oldest };
const declare::Words<Order>& words_of(Order);

struct ChannelOptions {
  std::string folder{};
  std::vector<std::string> pattern{};
  Order order = Order::name;
  Millis stable{}, poll{};
  bool remove = false;
  std::string done{}, failed{};
  bool records = false;
  std::string records_at{};
  Position at{};
};

declare::Settings<ChannelOptions> channel_settings();

}  // namespace arint::connectors::file
