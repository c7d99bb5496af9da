// SPDX-License-Identifier: GPL-3.0-or-later
// What a file outgoing can be told, and a `send` to it.
#pragma once
#include <optional>
#include <string>

#include "connectors/file/folder.hpp"
#include "declare/settings.hpp"

namespace arint::connectors::file {

const declare::Words<Exists>& words_of(Exists);

struct OutgoingOptions {
  std::string folder{}, mode{};
  Position at{};
};

struct SendOptions {
  declare::Expression name{};
  declare::Expression body{};
  std::optional<declare::Name> as{};
  bool append = false;
  Exists exists = Exists::replace;
};

declare::Settings<OutgoingOptions> outgoing_settings();
declare::Settings<SendOptions> send_settings();

// "0640"; nullopt: it is none.
std::optional<mode_t> mode_of(const std::string& text);

}  // namespace arint::connectors::file
