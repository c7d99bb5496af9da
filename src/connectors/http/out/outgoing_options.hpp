// SPDX-License-Identifier: GPL-3.0-or-later
// What an HTTP outgoing and a `send` to it can be told.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "declare/settings.hpp"

namespace arint::connectors::http {

struct OutgoingTls {
  std::optional<declare::File> ca{};
  std::optional<declare::File> certificate{};
  std::optional<declare::File> key{};
};

struct OutgoingOptions {
  std::string url{};
  Millis connect_timeout{};
  Millis first_byte_timeout{};
  Millis idle_timeout{};
  Size response{};
  bool keep_host = false;
  std::string strip_prefix{};
  std::optional<OutgoingTls> tls{};
  Position at{};
};

struct SendOptions {
  std::string method{};
  declare::Expression path{};
  declare::Fields<declare::Expression> query{};
  declare::Fields<declare::Expression> headers{};
  declare::Expression body{};
  std::optional<declare::Name> as{};
  std::vector<std::int64_t> accept{};
};

declare::Settings<OutgoingOptions> outgoing_settings();
declare::Settings<SendOptions> send_settings();

}  // namespace arint::connectors::http
