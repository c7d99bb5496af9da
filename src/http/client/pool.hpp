// SPDX-License-Identifier: GPL-3.0-or-later
// The connections of one Upstream on one loop, by address: last in, first out, so that few are hot and the rest can be let go.
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

// One address of an upstream, with its kept connections. It stays while anything of it is in use, and is shown as long.
struct Endpoint : Target {
  runtime::Address address{};
  std::string text{};        // "10.0.0.1:8080"
  std::size_t source = 0;    // which of UpstreamOptions::addresses gave it
  std::uint32_t uses = 0;    // leases and checks that refer to it
  bool up = false;           // as its numbers say
  std::shared_ptr<log::AddressPart> part{};
  log::AddressCell* numbers = nullptr;
  TlsResumption resumption{};
  std::vector<std::unique_ptr<Link>> idle{};  // oldest first
};

struct Upstream::Inside {
  Inside(UpstreamOptions given, Resolver& names, std::shared_ptr<TlsContext> context);

  // pool.cpp
  std::unique_ptr<Link> take_idle(Endpoint& endpoint) noexcept;  // alive and young enough; nullptr when there is none
  void keep(std::unique_ptr<Link> link, Endpoint& endpoint);
  void drop_idle(Endpoint& endpoint) noexcept;
  runtime::Task<void> sweep();
  static std::int64_t now_ms() noexcept { return static_cast<std::int64_t>(runtime::Loop::current().coarse_now_ns() / 1'000'000); }
  Error unreachable(const std::string& why) const { return {Fault::unreachable, "Cannot reach " + name + ": " + why + "."}; }

  // connect.cpp
  // To `first`, or to the others in turn when it cannot be reached or takes long (RFC 8305); `to` is where the link leads.
  runtime::Task<Result<std::unique_ptr<Link>>> connect(Endpoint& first, std::optional<std::uint64_t> key, Endpoint*& to);
  class Connecting;
  runtime::Task<Result<Stream>> reach(Endpoint& endpoint, Connecting* progress);
  Result<void> ready_for_tls();

  // addresses.cpp
  // Waits only while there is no address at all; what is old is looked up beside.
  runtime::Task<Result<void>> find_addresses();
  bool look_up_due() const noexcept { return now_ms() >= look_up_at_ms; }
  void look_up_beside();
  Endpoint* pick(std::optional<std::uint64_t> key, std::span<Target* const> tried) noexcept;
  void show(Endpoint& endpoint, std::int64_t now_ms) noexcept;

  // call.cpp
  runtime::Task<Result<Response>> ask(const Request& request, Target* avoid, Endpoint** where);
  runtime::Task<Result<Response>> hedged(const Request& request);

  // health.cpp
  runtime::Task<void> watch();
  void judge(Endpoint& endpoint, Fault fault) noexcept;
  void judge(Endpoint& endpoint, int status) noexcept;

  UpstreamOptions options;
  Resolver& resolver;
  std::shared_ptr<TlsContext> tls;
  std::string name{};        // "https://erp.example:8443"
  std::string host_field{};
  UpstreamCounters counters{};
  runtime::Gate gate;
  Balancer balancer;
  std::vector<std::unique_ptr<Endpoint>> endpoints{};
  std::vector<std::unique_ptr<Endpoint>> retired{};  // gone from DNS; freed at a later look-up, when nobody uses them
  std::string no_address{};                          // why there is none
  Fault no_address_fault = Fault::unreachable;
  std::int64_t look_up_at_ms = 0;
  unsigned looking = 0;      // look-ups in progress: at most one
  bool sweeping = false;
  bool closed = false;
  runtime::Event looked_up{};
  runtime::TaskGroup tasks{runtime::Siblings::go_on};

 private:
  struct Race;
  runtime::Task<void> attempt(Endpoint& endpoint, Race& race);
  runtime::Task<void> look_up();
  void take_addresses(std::size_t source, const std::vector<runtime::Address>& found, std::vector<std::unique_ptr<Endpoint>>& next);
  void use_addresses(const std::vector<std::vector<runtime::Address>>& found);
  runtime::Task<void> check(Endpoint& endpoint);
  runtime::Task<bool> is_well(Endpoint& endpoint);
};

enum class Fresh : bool { no, yes };

// A link and the place in the pool that goes with it, for one request.
class Lease {
 public:
  // `avoid`: not that address when there is another.
  explicit Lease(Upstream::Inside& pool, std::optional<std::uint64_t> key = {}, Target* avoid = nullptr) noexcept
      : pool_(pool), key_(key), avoid_(avoid) {}
  ~Lease() { give_back(); }
  Lease(const Lease&) = delete;
  // At once, without a coroutine: a place is free and a kept connection is alive.
  bool try_kept();
  // Faults: busy (the queue is full, no memory), unreachable, refused (TLS), timeout never: nothing was sent. Cancelled.
  runtime::Task<Result<void>> acquire(Fresh fresh);
  Link& link() noexcept { return *link_; }
  Endpoint* endpoint() const noexcept { return endpoint_; }
  bool held() const noexcept { return link_ != nullptr; }
  // What came of it, for the health of the address. Not for a kept connection that had died.
  void judge(int status) noexcept { pool_.judge(*endpoint_, status); }
  void judge(Fault fault) noexcept { pool_.judge(*endpoint_, fault); }
  // The request was not sent whole: whatever the answer says, the connection cannot be kept.
  void spoil() noexcept { spoiled_ = true; }
  void give_back();

 private:
  void refer_to(Endpoint* endpoint) noexcept;
  Endpoint* choose() noexcept;

  Upstream::Inside& pool_;
  std::optional<std::uint64_t> key_;
  Target* avoid_;
  Endpoint* endpoint_ = nullptr;
  bool placed_ = false;
  runtime::Permit permit_{};
  std::unique_ptr<Link> link_{};
  bool spoiled_ = false;
};

// The head of a request that we make ourselves.
void write_request(HeadWriter& writer, const Upstream::Inside& pool, const Request& request, Framing framing, std::uint64_t length);
// Fault::bug when something in `request` must not be sent.
Result<void> check_request(const Request& request);

}  // namespace arint::http
