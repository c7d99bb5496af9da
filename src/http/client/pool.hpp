// SPDX-License-Identifier: GPL-3.0-or-later
// The connections of one Upstream on one loop: last in, first out, so that few are hot and the rest can be let go.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "http/client/link.hpp"
#include "http/client/upstream.hpp"
#include "http/codec/writer.hpp"
#include "http/wire/resolver.hpp"
#include "http/wire/tls_context.hpp"

namespace arint::http {

struct Upstream::Inside {
  Inside(UpstreamOptions given, Resolver& names, std::shared_ptr<TlsContext> context);

  std::unique_ptr<Link> take_idle() noexcept;  // alive and young enough; nullptr when there is none
  void keep(std::unique_ptr<Link> link);
  runtime::Task<Result<std::unique_ptr<Link>>> connect();
  runtime::Task<Result<Stream>> reach(const runtime::Address& address);
  runtime::Task<void> sweep();
  Error unreachable(const std::string& why) const { return {Fault::unreachable, "Cannot reach " + name + ": " + why + "."}; }

  UpstreamOptions options;
  Resolver& resolver;
  std::shared_ptr<TlsContext> tls;
  std::string name{};        // "https://erp.example:8443"
  std::string host_field{};
  TlsResumption resumption{};
  UpstreamCounters counters{};
  runtime::Gate gate;
  std::vector<std::unique_ptr<Link>> idle{};  // oldest first
  bool sweeping = false;
  bool closed = false;
  runtime::TaskGroup tasks{runtime::Siblings::go_on};
};

enum class Fresh : bool { no, yes };

// A link and the place in the pool that goes with it, for one request.
class Lease {
 public:
  explicit Lease(Upstream::Inside& pool) noexcept : pool_(pool) {}
  ~Lease() { give_back(); }
  Lease(const Lease&) = delete;
  // At once, without a coroutine: a place is free and a kept connection is alive.
  bool try_kept();
  // Faults: busy (the queue is full, no memory), unreachable, refused (TLS), timeout never: nothing was sent. Cancelled.
  runtime::Task<Result<void>> acquire(Fresh fresh);
  Link& link() noexcept { return *link_; }
  bool held() const noexcept { return link_ != nullptr; }
  // The request was not sent whole: whatever the answer says, the connection cannot be kept.
  void spoil() noexcept { spoiled_ = true; }
  void give_back();

 private:
  Upstream::Inside& pool_;
  runtime::Permit permit_{};
  std::unique_ptr<Link> link_{};
  bool spoiled_ = false;
};

// The head of a request that we make ourselves.
void write_request(HeadWriter& writer, const Upstream::Inside& pool, const Request& request, Framing framing, std::uint64_t length);
// Fault::bug when something in `request` must not be sent.
Result<void> check_request(const Request& request);

}  // namespace arint::http
