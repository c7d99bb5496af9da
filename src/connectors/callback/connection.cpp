// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/callback/connection.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "connectors/callback/operation.hpp"
#include "connectors/callback/reach.hpp"

namespace arint::connectors::callback {
namespace {

constexpr std::uint64_t longest_answer = 64 << 10;
constexpr Millis idle{20'000};

std::int64_t now_ms() { return runtime::Loop::now_ns() / 1'000'000; }

}  // namespace

runtime::Task<Result<void>> CallbackConnection::open() {
  resolver_ = std::make_unique<arint::http::Resolver>();
  co_return Result<void>();
}

runtime::Task<void> CallbackConnection::close() {
  if (!resolver_) co_return;
  for (auto& [origin, host] : hosts_) co_await host->upstream->close();
  hosts_.clear();
  co_await resolver_->close();
  resolver_.reset();
}

runtime::Task<Result<void>> CallbackConnection::probe() { co_return Result<void>(); }

std::unique_ptr<outgoing::Operation> CallbackConnection::prepare(const declare::Node& options, declare::Reading& reading) {
  return CallbackOperation::compile(*this, options, reading);
}

Result<Url> CallbackConnection::allowed(std::string_view text) const {
  Result<Url> url = parse_url(text);
  if (!url) return url;
  if (std::any_of(terms_.allow.begin(), terms_.allow.end(), [&](const Url& pattern) { return fits(*url, pattern); })) return url;
  return Error{Fault::rejected, "the callback address " + quoted(url->origin() + url->path, 200) + " is none of those allowed (`allow` of the outgoing)"};
}

std::unique_ptr<arint::http::Upstream> CallbackConnection::connect_to(const Url& url) {
  arint::http::UpstreamOptions options;
  options.scheme = url.secure ? "https" : "http";
  options.host = url.host;
  options.port = url.port;
  options.connect_timeout = terms_.connect_timeout;
  options.first_byte_timeout = terms_.first_byte_timeout;
  options.timeout = terms_.timeout;
  options.idle_timeout = idle;
  options.response_bytes = longest_answer;
  options.connections = static_cast<std::uint32_t>(std::max<std::int64_t>(1, terms_.lanes.in_flight));
  options.idle_connections = options.connections;
  options.core = core_.index;
  options.may_connect = [networks = terms_.networks](const runtime::Address& address) { return is_public(address) || networks.contain(address); };
  return std::make_unique<arint::http::Upstream>(std::move(options), *resolver_, terms_.tls);
}

std::unique_ptr<CallbackConnection::Host> CallbackConnection::least_used() {
  auto least = hosts_.end();
  for (auto one = hosts_.begin(); one != hosts_.end(); ++one)
    if (!one->second->calls && (least == hosts_.end() || one->second->used_ms < least->second->used_ms)) least = one;
  if (least == hosts_.end()) return nullptr;
  std::unique_ptr<Host> out = std::move(least->second);
  hosts_.erase(least);
  return out;
}

runtime::Task<Result<arint::http::Response>> CallbackConnection::call(const Url& url, const arint::http::Request& request) {
  const std::string origin = url.origin();
  if (hosts_.size() >= most_hosts && !hosts_.contains(origin)) {
    std::unique_ptr<Host> least = least_used();
    if (!least) co_return Error{Fault::busy, "more than " + std::to_string(most_hosts) + " hosts are called back at once"};
    co_await least->upstream->close();
  }
  std::unique_ptr<Host>& place = hosts_[origin];
  if (!place) place = std::make_unique<Host>(Host{connect_to(url)});
  Host& host = *place;
  ++host.calls;
  host.used_ms = now_ms();
  Result<arint::http::Response> answer = co_await host.upstream->call(request);
  --host.calls;
  co_return answer;
}

}  // namespace arint::connectors::callback
