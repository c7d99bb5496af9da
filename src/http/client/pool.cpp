// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/client/pool.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace arint::http {

using runtime::IoResult;
using runtime::Task;

namespace {

constexpr std::string_view unix_prefix = "unix:";

std::uint64_t nanoseconds(Millis time) noexcept { return static_cast<std::uint64_t>(time.count()) * 1'000'000; }

std::string with_port(const UpstreamOptions& options) {
  const std::uint16_t standard = options.scheme == "https" ? 443 : 80;
  const std::string host = options.host.find(':') == std::string::npos ? options.host : "[" + options.host + "]";
  return options.port == standard ? host : host + ":" + std::to_string(options.port);
}

}  // namespace

Upstream::Inside::Inside(UpstreamOptions given, Resolver& names, std::shared_ptr<TlsContext> context)
    : options(std::move(given)), resolver(names), tls(std::move(context)), gate(std::max(1u, options.connections), options.queue), balancer(options.balance) {
  const bool by_path = options.host.starts_with(unix_prefix);
  if (options.port == 0) options.port = options.scheme == "https" ? 443 : 80;
  name = by_path ? options.host : options.scheme + "://" + with_port(options);
  if (options.addresses.empty()) options.addresses.push_back({options.host, options.port});
  host_field = !options.host_field.empty() ? options.host_field : by_path ? "localhost" : with_port(options);
}

std::unique_ptr<Link> Upstream::Inside::take_idle(Endpoint& endpoint) noexcept {
  const std::uint64_t now = runtime::Loop::current().coarse_now_ns();
  while (!endpoint.idle.empty()) {
    std::unique_ptr<Link> link = std::move(endpoint.idle.back());
    endpoint.idle.pop_back();
    --counters.idle;
    if (now - link->idle_since_ns_ < nanoseconds(options.idle_timeout) && link->stream().idle_clean()) {
      ++counters.reused;
      link->reused_ = true;
      return link;
    }
    ++counters.stale;
    --counters.open;
  }
  return nullptr;
}

void Upstream::Inside::keep(std::unique_ptr<Link> link, Endpoint& endpoint) {
  link->in_.give_back();
  // One that DNS no longer names is not in the balancer's hands: nobody would take its connections again.
  const bool gone = std::any_of(retired.begin(), retired.end(), [&](const auto& one) { return one.get() == &endpoint; });
  if (closed || gone || options.idle_connections == 0) {
    --counters.open;
    return;
  }
  if (endpoint.idle.size() >= options.idle_connections) {
    endpoint.idle.erase(endpoint.idle.begin());
    --counters.idle;
    --counters.open;
  }
  link->idle_since_ns_ = runtime::Loop::current().coarse_now_ns();
  endpoint.idle.push_back(std::move(link));
  ++counters.idle;
  if (!sweeping) {
    sweeping = true;
    tasks.spawn(sweep());
  }
}

void Upstream::Inside::drop_idle(Endpoint& endpoint) noexcept {
  counters.open -= static_cast<std::uint32_t>(endpoint.idle.size());
  counters.idle -= static_cast<std::uint32_t>(endpoint.idle.size());
  endpoint.idle.clear();
}

// Closes what has idled too long, also when no call comes that would find it.
Task<void> Upstream::Inside::sweep() {
  while (counters.idle > 0) {
    IoResult slept = co_await runtime::sleep(std::max(options.idle_timeout / 4, Millis(100)));
    if (!slept.ok()) break;
    const std::uint64_t now = runtime::Loop::current().coarse_now_ns();
    for (const auto& endpoint : endpoints) {
      const std::size_t before = endpoint->idle.size();
      std::erase_if(endpoint->idle, [&](const std::unique_ptr<Link>& link) {
        return now - link->idle_since_ns_ >= nanoseconds(options.idle_timeout) || !link->stream().idle_clean();
      });
      counters.idle -= static_cast<std::uint32_t>(before - endpoint->idle.size());
      counters.open -= static_cast<std::uint32_t>(before - endpoint->idle.size());
    }
  }
  sweeping = false;
}

void Lease::refer_to(Endpoint* endpoint) noexcept {
  if (endpoint_ == endpoint) return;
  if (endpoint_) {
    --endpoint_->uses;
    --endpoint_->in_flight;
    if (endpoint_->numbers) endpoint_->numbers->in_flight.take();
  }
  endpoint_ = endpoint;
  if (!endpoint_) return;
  ++endpoint_->uses;
  ++endpoint_->in_flight;
  if (endpoint_->numbers) endpoint_->numbers->in_flight.add();
}

Endpoint* Lease::choose() noexcept {
  Endpoint* chosen = pool_.pick(key_, std::span<Target* const>(&avoid_, avoid_ ? 1 : 0));
  return chosen || !avoid_ ? chosen : pool_.pick(key_, std::span<Target* const>());
}

bool Lease::try_kept() {
  if (pool_.counters.idle == 0 || !pool_.gate.try_acquire()) return false;
  permit_ = runtime::Permit(pool_.gate);
  placed_ = true;
  if (pool_.look_up_due()) pool_.look_up_beside();
  refer_to(choose());
  if (endpoint_) link_ = pool_.take_idle(*endpoint_);
  if (!link_ || !link_->start()) return false;
  if (endpoint_->numbers) endpoint_->numbers->calls.add();
  return true;
}

Task<Result<void>> Lease::acquire(Fresh fresh) {
  if (!placed_ && !pool_.gate.try_acquire()) {
    ++pool_.counters.waiting;
    ++pool_.counters.waited;
    IoResult turn = co_await pool_.gate.acquire();
    --pool_.counters.waiting;
    if (turn.error() == ECANCELED) co_return Error{Fault::cancelled, "Stopped while waiting for a connection to " + pool_.name + "."};
    if (turn.error() == ETIMEDOUT) co_return pool_.unreachable("no connection became free in time");
    if (!turn.ok()) {
      ++pool_.counters.refused_queue;
      co_return Error{Fault::busy, "All connections to " + pool_.name + " are in use and " + std::to_string(pool_.options.queue) + " calls wait already."};
    }
  }
  if (!placed_) permit_ = runtime::Permit(pool_.gate);
  placed_ = true;
  if (pool_.look_up_due() || pool_.endpoints.empty()) {
    runtime::Deadline until(*co_await runtime::this_context(), pool_.options.connect_timeout);
    Result<void> found = co_await pool_.find_addresses();
    if (!found) co_return found;
  }
  if (!endpoint_) refer_to(choose());
  if (fresh == Fresh::no && !link_) link_ = pool_.take_idle(*endpoint_);
  if (!link_) {
    Endpoint* to = nullptr;
    Result<std::unique_ptr<Link>> made = co_await pool_.connect(*endpoint_, key_, to);
    if (!made) co_return made.error();
    refer_to(to);
    link_ = std::move(*made);
  }
  if (link_->start()) {
    if (endpoint_->numbers) endpoint_->numbers->calls.add();
    co_return Result<void>();
  }
  spoil();
  give_back();
  co_return Error{Fault::busy, "There is no memory left for a call to " + pool_.name + "."};
}

void Lease::give_back() {
  if (link_) {
    if (link_->keepable() && !spoiled_) {
      pool_.keep(std::move(link_), *endpoint_);
    } else {
      --pool_.counters.open;
      link_.reset();
    }
  }
  refer_to(nullptr);
  permit_.give_back();
  placed_ = false;
}

Upstream::Upstream(UpstreamOptions options, Resolver& resolver, std::shared_ptr<TlsContext> tls)
    : inside_(std::make_unique<Inside>(std::move(options), resolver, std::move(tls))) {}
Upstream::~Upstream() = default;
const UpstreamOptions& Upstream::options() const noexcept { return inside_->options; }
const UpstreamCounters& Upstream::counters() const noexcept { return inside_->counters; }
std::string_view Upstream::name() const noexcept { return inside_->name; }

void Upstream::drop_idle() noexcept {
  for (const auto& endpoint : inside_->endpoints) inside_->drop_idle(*endpoint);
}

void Upstream::watch() {
  if (!inside_->options.health.path.empty()) inside_->tasks.spawn(inside_->watch());
}

Task<void> Upstream::close() {
  inside_->closed = true;
  drop_idle();
  inside_->tasks.cancel(ECANCELED);
  static_cast<void>(co_await inside_->tasks.join());
  for (const auto& endpoint : inside_->endpoints)
    if (std::exchange(endpoint->up, false) && endpoint->numbers) endpoint->numbers->up.take();
}

Task<Result<void>> Upstream::probe() {
  Lease lease(*inside_);
  Result<void> got = co_await lease.acquire(Fresh::no);
  if (!got) co_return got.error();
  lease.link().mark_unused();
  co_return Result<void>();
}

}  // namespace arint::http
