// SPDX-License-Identifier: GPL-3.0-or-later
// CallbackConnection: one callback outgoing on one core: who may be called, and connections to those who are.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connectors/callback/options.hpp"
#include "connectors/callback/url.hpp"
#include "http/client/upstream.hpp"
#include "http/wire/proxy/networks.hpp"
#include "http/wire/resolver.hpp"
#include "http/wire/tls_context.hpp"
#include "outgoing/connection.hpp"

namespace arint::connectors::callback {

// What it is made of, once for all calls.
struct Terms {
  std::vector<Url> allow{};
  arint::http::Networks networks{};
  outgoing::LaneLimits lanes{};
  Millis connect_timeout{}, first_byte_timeout{}, timeout{};
  std::shared_ptr<arint::http::TlsContext> tls{};
  std::shared_ptr<const security::Signer> signer{};
};

class CallbackConnection : public outgoing::Connection {
 public:
  // Hosts that connections are kept to; of more, the one that was called least lately is closed.
  static constexpr std::size_t most_hosts = 256;

  CallbackConnection(Terms terms, message::Core& core) : terms_(std::move(terms)), core_(core) {}

  std::string_view peer() const noexcept override { return "callback"; }
  std::string_view verb() const noexcept override { return "notify"; }
  const outgoing::LaneLimits* lanes() const noexcept override { return &terms_.lanes; }
  runtime::Task<Result<void>> open() override;
  runtime::Task<void> close() override;
  // There is no peer of its own to look at.
  runtime::Task<Result<void>> probe() override;
  std::unique_ptr<outgoing::Operation> prepare(const declare::Node& options, declare::Reading& reading) override;

  const Terms& terms() const noexcept { return terms_; }
  const message::Core& core() const noexcept { return core_; }
  // Parsed, and on the list. Fault rejected.
  Result<Url> allowed(std::string_view url) const;
  // One attempt. Faults as Upstream::call; rejected too: the name leads where nothing may be sent.
  runtime::Task<Result<arint::http::Response>> call(const Url& url, const arint::http::Request& request);

 private:
  struct Host {
    std::unique_ptr<arint::http::Upstream> upstream;
    unsigned calls = 0;
    std::int64_t used_ms = 0;
  };
  std::unique_ptr<arint::http::Upstream> connect_to(const Url& url);
  std::unique_ptr<Host> least_used();

  Terms terms_;
  message::Core& core_;
  std::unique_ptr<arint::http::Resolver> resolver_;  // belongs to a loop, as the hosts
  std::map<std::string, std::unique_ptr<Host>, std::less<>> hosts_;
};

}  // namespace arint::connectors::callback
