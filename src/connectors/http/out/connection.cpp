// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/out/connection.hpp"

#include "base/text.hpp"
#include "connectors/http/head.hpp"
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

void balance(const OutgoingOptions& options, arint::http::UpstreamOptions& upstream) {
  upstream.resolve_every = options.resolve_every;
  arint::http::BalanceOptions& to = upstream.balance;
  to.by = options.balance.by;
  to.slow_start = options.balance.slow_start;
  to.eject_failures = static_cast<std::uint32_t>(options.eject.failures);
  to.eject_for = options.eject.time;
  to.eject_at_most = static_cast<std::uint32_t>(options.eject.at_most);
  if (options.health) {
    to.down_after = static_cast<std::uint32_t>(options.health->down_after);
    to.up_after = static_cast<std::uint32_t>(options.health->up_after);
    upstream.health.path = options.health->path;
    upstream.health.every = options.health->every;
    upstream.health.timeout = options.health->timeout;
    for (std::int64_t status : options.health->statuses) upstream.health.statuses.push_back(static_cast<int>(status));
  }
  if (options.hedge) {
    upstream.hedge.after = options.hedge->after;
    upstream.hedge.at_most = static_cast<std::uint32_t>(options.hedge->at_most);
  }
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
  for (const std::string& text : options.addresses) {
    Result<arint::http::UpstreamAddress> place = parse_place(text);
    if (!place) making.reading.fault(options.at, place.error().sentence);
    else upstream.addresses.push_back(std::move(*place));
  }
  balance(options, upstream);
  upstream.numbers = making.addresses;
  upstream.core = making.core.index;
  message::Expression key = message::Expression::compile(options.balance.key, making.reading);
  const bool by_key = options.balance.by == arint::http::BalanceBy::consistent_hash;
  if (by_key && options.balance.key.source.empty()) making.reading.fault(options.at, "balance: consistent_hash needs a `key`");
  if (!by_key && !options.balance.key.source.empty()) making.reading.fault(options.at, "balance: `key` is for consistent_hash");
  if (options.health && !options.health->path.starts_with('/')) making.reading.fault(options.at, "health: a path begins with /");
  arint::http::ForwardRules rules;
  rules.strip_prefix = options.strip_prefix;
  rules.add_prefix = address->path;
  rules.keep_host = options.keep_host;
  if (making.applier) rules.shown.set = making.applier->fields();
  return std::make_unique<HttpConnection>(std::move(*address), std::move(upstream), std::move(tls), std::move(rules), std::move(key), making.core, making.applier);
}

}  // namespace

HttpConnection::HttpConnection(BaseAddress address, arint::http::UpstreamOptions options, std::shared_ptr<arint::http::TlsContext> tls,
                               arint::http::ForwardRules rules, message::Expression key, message::Core& core,
                               std::shared_ptr<const security::Applier> applier)
    : address_(std::move(address)), options_(std::move(options)), tls_(std::move(tls)), rules_(std::move(rules)), key_(std::move(key)), core_(core), applier_(std::move(applier)), peer_(peer_of(address_)) {}

void HttpConnection::apply(std::vector<arint::http::Field>& fields) const {
  if (!applier_) return;
  for (const auto& [name, value] : applier_->fields()) {
    std::erase_if(fields, [&](const arint::http::Field& field) { return equals_ignoring_case(field.name, name); });
    fields.push_back({name, value});
  }
}

// Connections are made when first needed: a peer that is down at start keeps nobody from starting.
runtime::Task<Result<void>> HttpConnection::open() {
  resolver_ = std::make_unique<arint::http::Resolver>();
  upstream_ = std::make_unique<arint::http::Upstream>(options_, *resolver_, tls_);
  upstream_->watch();
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
  if (!key_.given()) return arint::http::forward(exchange, *upstream_, rules_);
  return forward_by_key(exchange);
}

// What the key is computed from: the head alone, as a run without a body.
runtime::Task<Result<void>> HttpConnection::forward_by_key(arint::http::Exchange& exchange) {
  constexpr std::size_t enough = 256 * 1024;
  document::Arena arena(enough);
  message::Message message;
  read_head(exchange, arena, message);
  message::Run run(core_, message, arena);
  Result<std::optional<std::uint64_t>> key = key_of(run);
  if (key) co_return co_await arint::http::forward(exchange, *upstream_, rules_, *key);
  static_cast<void>(co_await exchange.problem(key.error()));
  co_return key.error();
}

Result<std::optional<std::uint64_t>> HttpConnection::key_of(message::Run& run) const {
  if (!key_.given()) return std::optional<std::uint64_t>();
  Result<document::Value> value = run.evaluate(key_);
  if (!value) return value.error();
  if (value->is_absent() || value->is_null()) return std::optional<std::uint64_t>();
  if (value->is_text()) return std::optional<std::uint64_t>(arint::http::hash_of(value->as_text()));
  message::Body body;
  body.state = message::Body::State::changed;
  body.document = *value;
  std::string scratch;
  Result<std::string_view> text = message::bytes_of(run, body, scratch);
  if (!text) return text.error();
  return std::optional<std::uint64_t>(arint::http::hash_of(*text));
}

std::unique_ptr<outgoing::Operation> HttpConnection::prepare(const declare::Node& options, declare::Reading& reading) {
  return HttpOperation::compile(*this, options, reading);
}

outgoing::Kind out() {
  outgoing::Kind kind{outgoing_settings().shape(), send_settings().shape()};
  kind.forwards = kind.applies = true;
  kind.make = make;
  return kind;
}

}  // namespace arint::connectors::http
