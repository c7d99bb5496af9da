// SPDX-License-Identifier: GPL-3.0-or-later
// Listener: one address on one core: its server, its routes, and what it does with each request.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "channel/front.hpp"
#include "connectors/http/in/channel_options.hpp"
#include "connectors/http/in/gate/gate.hpp"
#include "connectors/http/in/router.hpp"
#include "http/server/server.hpp"
#include "http/wire/tls_context.hpp"

namespace arint::connectors::http {

class Listener : public arint::http::Handler {
 public:
  Listener(std::string address, const channel::Node& node) : address_(std::move(address)), node_(node) {}

  Result<void> add(channel::Channel& channel, const ChannelOptions& options, declare::Reading& reading);
  Result<void> use_tls(const arint::http::TlsServerOptions& options);
  Result<void> believe(const arint::http::Networks& proxies, const arint::http::Networks& trusted);
  bool has_tls() const noexcept { return tls_ != nullptr; }

  // On its core's loop. Without `before` it listens; else the server of `before` comes with take_over().
  Result<void> open(const Listener* before);
  // Connections, kept ones too, and whoever waits to be accepted: from the next request on they are ours.
  void take_over(Listener& before) noexcept;
  // Ends what is in progress, as Front::close.
  runtime::Task<void> close();

 private:
  // A request that is being handled. It belongs to this listener until its end, whoever has the server by then.
  struct Progress {
    Progress(Listener& of, runtime::Context& its) noexcept;
    ~Progress();
    Progress(const Progress&) = delete;
    Listener& owner;
    runtime::Context& context;
    Progress* before = nullptr;
    Progress* after = nullptr;
  };
  runtime::Task<void> handle(arint::http::Exchange& exchange) override;
  runtime::Task<void> answer_unserved(arint::http::Exchange& exchange, const Place& place);
  runtime::Task<void> turn_away(arint::http::Exchange& exchange, Error error);
  runtime::Task<void> refuse_busy(arint::http::Exchange& exchange, Millis wait);
  runtime::Task<void> pass(arint::http::Exchange& exchange, channel::Channel& channel, const Gate& gate, const Captures& captures);
  runtime::Task<void> serve(arint::http::Exchange& exchange, channel::Channel& channel, outgoing::Outgoing* to, const Captures& captures);
  runtime::Task<void> redirect(arint::http::Exchange& exchange, channel::Channel& channel, const Gate& gate, const Captures& captures);
  runtime::Task<void> invoke(arint::http::Exchange& exchange, channel::Channel& channel, const Captures& captures);
  void settle(arint::http::Exchange& exchange, channel::Channel& channel, const Result<void>& done, const outgoing::Outgoing* to = nullptr);
  runtime::Task<void> forward(arint::http::Exchange& exchange, channel::Channel& channel, outgoing::Outgoing& to);
  // A channel that remembers keys, and a caller who gives one: durable/keyed.cpp.
  runtime::Task<void> invoke_once(arint::http::Exchange& exchange, channel::Channel& channel, const Captures& captures);
  runtime::Task<Result<void>> claim_and_run(arint::http::Exchange& exchange, channel::Channel& channel, message::Run& run, std::string_view body);
  // Durable channels: durable/accept.cpp.
  runtime::Task<void> accept(arint::http::Exchange& exchange, channel::Channel& channel, const Captures& captures);
  runtime::Task<Result<void>> take_in(arint::http::Exchange& exchange, channel::Channel& channel, message::Run& run, std::string_view body);

  std::string address_;
  channel::Node node_;
  Router router_;
  std::vector<channel::Channel*> channels_;
  std::vector<std::unique_ptr<Gate>> gates_;  // beside channels_; null: none is needed
  arint::http::Networks proxies_, trusted_;
  store::Store* store_ = nullptr;  // of the node, when it has one: the status of accepted messages is told here too
  std::optional<arint::http::TlsServerOptions> tls_options_;
  std::shared_ptr<arint::http::TlsContext> tls_;
  std::unique_ptr<arint::http::Server> server_;
  Progress* in_progress_ = nullptr;
  runtime::Event all_ended_{};
};

}  // namespace arint::connectors::http
