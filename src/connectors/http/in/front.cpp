// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/front.hpp"

#include "connectors/http/in/channel_options.hpp"
#include "connectors/http/http.hpp"
#include "connectors/http/in/numbers.hpp"
#include "connectors/http/in/shared.hpp"
#include "declare/project.hpp"

namespace arint::connectors::http {
namespace {

// Open connections over all cores; half of what a process may have open by default on Debian's systemd.
constexpr std::uint32_t most_connections = 100'000;

std::shared_ptr<void> share() { return std::make_shared<Shared>(most_connections); }
std::unique_ptr<channel::Front> make(const channel::Node& node) { return std::make_unique<HttpFront>(node); }

// Absolute, since TLS libraries open files themselves.
std::string path_of(const declare::File& file, declare::Reading& reading) { return reading.project().folder() + "/" + file.path; }

arint::http::Networks networks(const std::vector<std::string>& texts, const ChannelOptions& options, declare::Reading& reading) {
  arint::http::Networks out;
  for (const std::string& text : texts)
    if (Result<void> added = out.add(text); !added) reading.fault(options.at, added.error().sentence);
  return out;
}

}  // namespace

HttpFront::HttpFront(const channel::Node& node) : node_(node) {}

void HttpFront::add(channel::Channel& channel, declare::Reading& reading) {
  const ChannelOptions& options = channel.options().kind.as<ChannelOptions>();
  if (channel.guard() && channel.guard()->needs_body() && (channel.forward() || channel.options().redirect))
    reading.fault(options.at, "`security` of a scheme that needs the body has no place in a channel that forwards or redirects: they do not read it");
  const std::string address = options.listen.value_or(node_.listen);
  std::unique_ptr<Listener>& listener = listeners_[address];
  if (!listener) listener = std::make_unique<Listener>(address, node_);
  if (options.tls) {
    arint::http::TlsServerOptions tls;
    tls.certificate_file = path_of(options.tls->certificate, reading);
    tls.key_file = path_of(options.tls->key, reading);
    for (const declare::File& file : options.tls->more) tls.more_files.push_back(path_of(file, reading));
    if (options.tls->ocsp) tls.ocsp_file = path_of(*options.tls->ocsp, reading);
    if (options.tls->client_ca) tls.client_ca_file = path_of(*options.tls->client_ca, reading);
    using arint::http::ClientCertificate;
    tls.verify = options.tls->verify.value_or(options.tls->client_ca ? ClientCertificate::required : ClientCertificate::none);
    tls.least = options.tls->least;
    if (tls.verify != ClientCertificate::none && !options.tls->client_ca) reading.fault(options.at, "tls: `verify` needs the authorities in `client_ca`");
    Result<void> set = listener->use_tls(tls);
    if (!set) reading.fault(options.at, set.error().sentence);
  } else if (listener->has_tls()) {
    reading.fault(options.at, "other channels at " + address + " serve TLS; all channels of one address do, or none");
  }
  arint::http::Callers callers;
  callers.proxies = networks(options.proxies, options, reading);
  callers.trusted = networks(options.trusted, options, reading);
  callers.per_address = static_cast<std::uint32_t>(options.connections_per_address);
  Result<void> believed = listener->believe(callers);
  if (!believed) reading.fault(options.at, believed.error().sentence);
  Result<void> added = listener->add(channel, options, reading);
  if (!added) reading.fault(options.at, added.error().sentence);
}

runtime::Task<Result<void>> HttpFront::open(const channel::Front* before) {
  for (auto& [address, listener] : listeners_) {
    const Listener* serves = before ? static_cast<const HttpFront*>(before)->listener_at(address) : nullptr;
    Result<void> opened = listener->open(serves);
    if (!opened) co_return opened;
  }
  co_return Result<void>();
}

void HttpFront::take_over(channel::Front& before) noexcept {
  for (auto& [address, listener] : listeners_)
    if (Listener* serves = static_cast<HttpFront&>(before).listener_at(address)) listener->take_over(*serves);
}

Listener* HttpFront::listener_at(const std::string& address) const noexcept {
  auto found = listeners_.find(address);
  return found == listeners_.end() ? nullptr : found->second.get();
}

runtime::Task<Result<channel::Told>> HttpFront::submit(channel::Channel& channel, const channel::Submitted& message) {
  const ChannelOptions& options = channel.options().kind.as<ChannelOptions>();
  return listener_at(options.listen.value_or(node_.listen))->submit(channel, message);
}

runtime::Task<void> HttpFront::close() {
  for (auto& [address, listener] : listeners_) co_await listener->close();
}

channel::Kind in() { return {channel_settings().shape(), make, share, declare_counters}; }

}  // namespace arint::connectors::http
