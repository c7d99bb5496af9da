// SPDX-License-Identifier: GPL-3.0-or-later
// HttpConnection: one HTTP outgoing on one core: a pool of kept connections to one base address.
#pragma once
#include <memory>
#include <string>

#include "connectors/http/out/address.hpp"
#include "connectors/http/out/outgoing_options.hpp"
#include "http/client/upstream.hpp"
#include "http/forward/forward.hpp"
#include "http/wire/resolver.hpp"
#include "http/wire/tls_context.hpp"
#include "outgoing/connection.hpp"

namespace arint::connectors::http {

class HttpConnection : public outgoing::Connection {
 public:
  HttpConnection(BaseAddress address, arint::http::UpstreamOptions options, std::shared_ptr<arint::http::TlsContext> tls,
                 arint::http::ForwardRules rules, message::Expression key, message::Core& core,
                 std::shared_ptr<const security::Applier> applier);

  std::string_view peer() const noexcept override { return peer_; }
  runtime::Task<Result<void>> open() override;
  runtime::Task<void> close() override;
  runtime::Task<Result<void>> probe() override;
  std::unique_ptr<outgoing::Operation> prepare(const declare::Node& options, declare::Reading& reading) override;
  runtime::Task<Result<void>> forward(arint::http::Exchange& exchange) override;
  runtime::Task<Result<void>> pass_on(message::Run& run) override;

  // For operations, between open and close.
  arint::http::Upstream& upstream() noexcept { return *upstream_; }
  const BaseAddress& address() const noexcept { return address_; }
  const message::Core& core() const noexcept { return core_; }
  // Puts what we show the peer in the place of fields of these names. Views into what lives as long as the connection.
  void apply(std::vector<arint::http::Field>& fields) const;
  // What `balance.key` says of this run, for Request::key.
  Result<std::optional<std::uint64_t>> key_of(message::Run& run) const;

 private:
  runtime::Task<Result<void>> forward_by_key(arint::http::Exchange& exchange);

  BaseAddress address_;
  arint::http::UpstreamOptions options_;
  std::shared_ptr<arint::http::TlsContext> tls_;
  arint::http::ForwardRules rules_;
  message::Expression key_;
  message::Core& core_;
  std::shared_ptr<const security::Applier> applier_;  // null: nothing is shown
  std::string peer_;
  // Both belong to a loop and are made when there is one.
  std::unique_ptr<arint::http::Resolver> resolver_;
  std::unique_ptr<arint::http::Upstream> upstream_;
};

}  // namespace arint::connectors::http
