// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/out/connection.hpp"

#include "base/text.hpp"
#include "connectors/http/http.hpp"
#include "connectors/http/out/operation.hpp"
#include "declare/project.hpp"
#include "http/server/exchange.hpp"

namespace arint::connectors::http {
namespace {

std::string peer_of(const BaseAddress& address) {
  std::string host = address.host.find(':') == std::string::npos ? address.host : "[" + address.host + "]";
  std::string out = (address.secure ? "https://" : "http://") + host;
  if (address.port) out += ":" + std::to_string(address.port);
  return out;
}

std::string absolute(const std::optional<declare::File>& file, declare::Reading& reading) {
  return file ? reading.project().folder() + "/" + file->path : std::string();
}

std::unique_ptr<outgoing::Connection> make(const declare::Choice& choice, outgoing::Making& making) {
  const OutgoingOptions& options = choice.as<OutgoingOptions>();
  Result<BaseAddress> address = parse_address(options.url);
  if (!address) {
    making.reading.fault(options.at, address.error().sentence);
    return nullptr;
  }
  std::shared_ptr<arint::http::TlsContext> tls;
  if (address->secure) {
    const OutgoingTls trust = options.tls.value_or(OutgoingTls{});
    arint::http::TlsClientOptions files;
    files.ca_file = absolute(trust.ca, making.reading);
    files.certificate_file = absolute(trust.certificate, making.reading);
    files.key_file = absolute(trust.key, making.reading);
    Result<std::shared_ptr<arint::http::TlsContext>> made = arint::http::TlsContext::client(files);
    if (!made) {
      making.reading.fault(options.at, made.error().sentence);
      return nullptr;
    }
    tls = *made;
  } else if (options.tls) {
    making.reading.fault(options.at, "tls is for https; this url begins with http://");
  }
  arint::http::UpstreamOptions upstream;
  upstream.scheme = address->secure ? "https" : "http";
  upstream.host = address->host;
  upstream.port = address->port;
  upstream.connect_timeout = options.connect_timeout;
  upstream.first_byte_timeout = options.first_byte_timeout;
  upstream.idle_timeout = options.idle_timeout;
  upstream.timeout = making.timeout;
  upstream.response_bytes = options.response.bytes;
  // Turns are given by the outgoing: here everybody who comes may connect.
  upstream.connections = static_cast<std::uint32_t>(making.in_flight);
  upstream.idle_connections = static_cast<std::uint32_t>(making.in_flight);
  arint::http::ForwardRules rules;
  rules.strip_prefix = options.strip_prefix;
  rules.add_prefix = address->path;
  rules.keep_host = options.keep_host;
  return std::make_unique<HttpConnection>(std::move(*address), std::move(upstream), std::move(tls), std::move(rules), making.core);
}

}  // namespace

HttpConnection::HttpConnection(BaseAddress address, arint::http::UpstreamOptions options, std::shared_ptr<arint::http::TlsContext> tls,
                               arint::http::ForwardRules rules, const message::Core& core)
    : address_(std::move(address)), options_(std::move(options)), tls_(std::move(tls)), rules_(std::move(rules)), core_(core), peer_(peer_of(address_)) {}

// Connections are made when first needed: a peer that is down at start keeps nobody from starting.
runtime::Task<Result<void>> HttpConnection::open() {
  resolver_ = std::make_unique<arint::http::Resolver>();
  upstream_ = std::make_unique<arint::http::Upstream>(options_, *resolver_, tls_);
  co_return Result<void>();
}

runtime::Task<void> HttpConnection::close() {
  if (!upstream_) co_return;
  co_await upstream_->close();
  co_await resolver_->close();
  upstream_.reset();
  resolver_.reset();
}

runtime::Task<Result<void>> HttpConnection::probe() { co_return co_await upstream_->probe(); }

runtime::Task<Result<void>> HttpConnection::forward(arint::http::Exchange& exchange) {
  return arint::http::forward(exchange, *upstream_, rules_);
}

std::unique_ptr<outgoing::Operation> HttpConnection::prepare(const declare::Node& options, declare::Reading& reading) {
  return HttpOperation::compile(*this, options, reading);
}

outgoing::Kind out() { return {outgoing_settings().shape(), send_settings().shape(), true, make}; }

}  // namespace arint::connectors::http
