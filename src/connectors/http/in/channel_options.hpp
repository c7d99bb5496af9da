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
#include "http/wire/tls_context.hpp"

namespace arint::http {
const declare::Words<ClientCertificate>& words_of(ClientCertificate);
const declare::Words<TlsVersion>& words_of(TlsVersion);
}

namespace arint::connectors::http {

enum class PrincipalFrom : std::uint8_t { subject, name, sha256 };
const declare::Words<PrincipalFrom>& words_of(PrincipalFrom);

struct ChannelTls {
  declare::File certificate{};
  declare::File key{};
  std::vector<declare::File> more{};
  std::optional<declare::File> ocsp{};
  std::optional<declare::File> client_ca{};
  std::optional<arint::http::ClientCertificate> verify{};
  PrincipalFrom principal = PrincipalFrom::subject;
  arint::http::TlsVersion least = arint::http::TlsVersion::tls12;
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
  std::vector<std::string> proxies{};
  std::vector<std::string> trusted{};
  std::int64_t connections_per_address = 0;
  Position at{};
};

declare::Settings<ChannelOptions> channel_settings();

}  // namespace arint::connectors::http
