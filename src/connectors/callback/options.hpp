// SPDX-License-Identifier: GPL-3.0-or-later
// What a callback outgoing, and `notify` to it, can be told.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "declare/settings.hpp"

namespace arint::connectors::callback {

struct Rate {
  std::int64_t calls = 0;
  Millis per{};
};

struct Pause {
  std::int64_t failures = 0;
  Millis first{}, longest{};
};

struct Options {
  std::vector<std::string> allow{};
  std::vector<std::string> networks{};
  std::int64_t per_host = 0;
  std::optional<Rate> rate{};
  Pause pause{};
  Millis connect_timeout{}, first_byte_timeout{};
  std::optional<declare::File> ca{};
  Position at{};
};

struct NotifyOptions {
  declare::Expression url{};
  declare::Fields<declare::Expression> headers{};
  declare::Expression body{};
  std::optional<declare::Name> as{};
};

declare::Settings<Options> settings();
declare::Settings<NotifyOptions> notify_settings();

}  // namespace arint::connectors::callback
