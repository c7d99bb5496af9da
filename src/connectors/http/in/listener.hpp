// SPDX-License-Identifier: GPL-3.0-or-later
// Listener: one address on one core: its server, its routes, and what it does with each request.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "channel/front.hpp"
#include "connectors/http/in/channel_options.hpp"
#include "connectors/http/in/router.hpp"
#include "http/server/server.hpp"
#include "http/wire/tls_context.hpp"

namespace arint::connectors::http {

class Listener : public arint::http::Handler {
 public:
  Listener(std::string address, const channel::Node& node) : address_(std::move(address)), node_(node) {}

  Result<void> add(channel::Channel& channel, const ChannelOptions& options);
  Result<void> use_tls(const arint::http::TlsServerOptions& options);
  bool has_tls() const noexcept { return tls_ != nullptr; }

  // On its core's loop.
  Result<void> open();
  runtime::Task<void> close();

 private:
  runtime::Task<void> handle(arint::http::Exchange& exchange) override;
  runtime::Task<void> invoke(arint::http::Exchange& exchange, channel::Channel& channel, const Captures& captures);
  runtime::Task<void> forward(arint::http::Exchange& exchange, channel::Channel& channel);

  std::string address_;
  channel::Node node_;
  Router router_;
  std::vector<channel::Channel*> channels_;
  std::optional<arint::http::TlsServerOptions> tls_options_;
  std::shared_ptr<arint::http::TlsContext> tls_;
  std::unique_ptr<arint::http::Server> server_;
};

}  // namespace arint::connectors::http
