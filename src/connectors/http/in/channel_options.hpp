// SPDX-License-Identifier: GPL-3.0-or-later
// What an HTTP channel can be told beside what every channel can.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "connectors/http/in/gate/compress.hpp"
#include "connectors/http/in/gate/cors.hpp"
#include "connectors/http/in/gate/headers.hpp"
#include "declare/settings.hpp"

namespace arint::connectors::http {

struct ChannelTls {
  declare::File certificate{};
  declare::File key{};
  std::optional<declare::File> client_ca{};
};

struct ChannelOptions {
  std::string path{};
  std::vector<std::string> methods{};
  std::optional<std::string> listen{};
  std::optional<ChannelTls> tls{};
  std::optional<std::string> rewrite{};
  std::optional<HeaderOptions> request_headers{}, response_headers{};
  std::optional<CorsOptions> cors{};
  std::optional<CompressionOptions> compression{};
  Position at{};
};

declare::Settings<ChannelOptions> channel_settings();

}  // namespace arint::connectors::http
