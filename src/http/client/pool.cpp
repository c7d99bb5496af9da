// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/client/pool.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace arint::http {

using runtime::Address;
using runtime::Deadline;
using runtime::IoResult;
using runtime::Task;

namespace {

constexpr std::string_view unix_prefix = "unix:";
constexpr Millis least_try{250};  // what one address of several is given at least

std::uint64_t nanoseconds(Millis time) noexcept { return static_cast<std::uint64_t>(time.count()) * 1'000'000; }

std::string with_port(const UpstreamOptions& options) {
  const std::uint16_t standard = options.scheme == "https" ? 443 : 80;
  const std::string host = options.host.find(':') == std::string::npos ? options.host : "[" + options.host + "]";
  return options.port == standard ? host : host + ":" + std::to_string(options.port);
}

}  // namespace

Upstream::Inside::Inside(UpstreamOptions given, Resolver& names, std::shared_ptr<TlsContext> context)
    : options(std::move(given)), resolver(names), tls(std::move(context)), gate(std::max(1u, options.connections), options.queue) {
  const bool by_path = options.host.starts_with(unix_prefix);
  if (options.port == 0) options.port = options.scheme == "https" ? 443 : 80;
  name = by_path ? options.host : options.scheme + "://" + with_port(options);
  host_field = !options.host_field.empty() ? options.host_field : by_path ? "localhost" : with_port(options);
}

std::unique_ptr<Link> Upstream::Inside::take_idle() noexcept {
  const std::uint64_t now = runtime::Loop::current().coarse_now_ns();
  while (!idle.empty()) {
    std::unique_ptr<Link> link = std::move(idle.back());
    idle.pop_back();
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

void Upstream::Inside::keep(std::unique_ptr<Link> link) {
  link->in_.give_back();
  if (closed || options.idle_connections == 0) {
    --counters.open;
    return;
  }
  if (idle.size() >= options.idle_connections) {
    idle.erase(idle.begin());
    --counters.idle;
    --counters.open;
  }
  link->idle_since_ns_ = runtime::Loop::current().coarse_now_ns();
  idle.push_back(std::move(link));
  ++counters.idle;
  if (!sweeping) {
    sweeping = true;
    tasks.spawn(sweep());
  }
}

// Closes what has idled too long, also when no call comes that would find it.
Task<void> Upstream::Inside::sweep() {
  while (!idle.empty()) {
    IoResult slept = co_await runtime::sleep(std::max(options.idle_timeout / 4, Millis(100)));
    if (!slept.ok()) break;
    const std::uint64_t now = runtime::Loop::current().coarse_now_ns();
    const std::size_t before = idle.size();
    std::erase_if(idle, [&](const std::unique_ptr<Link>& link) {
      return now - link->idle_since_ns_ >= nanoseconds(options.idle_timeout) || !link->stream().idle_clean();
    });
    counters.idle -= static_cast<std::uint32_t>(before - idle.size());
    counters.open -= static_cast<std::uint32_t>(before - idle.size());
  }
  sweeping = false;
}

Task<Result<Stream>> Upstream::Inside::reach(const Address& address) {
  runtime::Socket socket;
  IoResult connected = co_await runtime::Socket::connect(socket, address);
  if (!connected.ok()) {
    if (connected.error() == ECANCELED) co_return Error{Fault::cancelled, "Stopped while connecting to " + name + "."};
    co_return unreachable(address.text() + ": " + std::strerror(connected.error()));
  }
  if (options.scheme != "https") co_return Stream(std::move(socket));
  std::unique_ptr<TlsSession> session = TlsSession::connect(*tls, options.host, resumption);
  if (!session) co_return unreachable("no memory for TLS");
  IoResult shaken = co_await session->handshake(socket);
  if (shaken.ok()) co_return Stream(std::move(socket), std::move(session));
  if (shaken.error() == ECANCELED) co_return Error{Fault::cancelled, "Stopped while connecting to " + name + "."};
  if (shaken.error() == ETIMEDOUT) co_return unreachable("the TLS handshake took too long");
  if (session->refused_by_us())
    co_return Error{Fault::refused, "The certificate of " + name + " is not to be trusted: " + session->reason() + "."};
  if (session->reason().find("alert") != std::string::npos) co_return Error{Fault::refused, name + " refused the TLS connection: " + session->reason() + "."};
  co_return unreachable("the TLS handshake failed: " + session->reason());
}

// Every address in turn, each with its share of the time: RFC 8305 without the race.
Task<Result<std::unique_ptr<Link>>> Upstream::Inside::connect() {
  runtime::Context* context = co_await runtime::this_context();
  Deadline until(*context, options.connect_timeout);
  ++counters.connects;
  Error last = unreachable("no address was found");
  if (options.scheme == "https" && !tls) {
    Result<std::shared_ptr<TlsContext>> made = TlsContext::client(TlsClientOptions());
    if (!made) co_return made.error();
    tls = *made;
  }
  std::vector<Address> addresses;
  if (options.host.starts_with(unix_prefix)) {
    if (std::optional<Address> path = Address::parse(options.host)) addresses.push_back(*path);
  } else {
    Result<std::vector<Address>> found = co_await resolver.resolve(options.host, options.port);
    if (found) addresses = std::move(*found);
    else last = found.error();
  }
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const std::size_t left = addresses.size() - i;
    Deadline share(*context, std::max(least_try, until.remaining() / static_cast<int>(left)));
    Result<Stream> reached = co_await reach(addresses[i]);
    if (reached) {
      ++counters.open;
      co_return std::make_unique<Link>(options, name, std::move(*reached));
    }
    last = reached.error();
    if (last.fault != Fault::unreachable || until.fired()) break;
  }
  ++counters.connect_faults;
  if (last.fault == Fault::timeout) last.fault = Fault::unreachable;  // nothing was sent
  co_return last;
}

bool Lease::try_kept() {
  if (pool_.idle.empty() || !pool_.gate.try_acquire()) return false;
  permit_ = runtime::Permit(pool_.gate);
  link_ = pool_.take_idle();
  if (link_ && link_->start()) return true;
  give_back();
  return false;
}

Task<Result<void>> Lease::acquire(Fresh fresh) {
  if (!pool_.gate.try_acquire()) {
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
  permit_ = runtime::Permit(pool_.gate);
  if (fresh == Fresh::no) link_ = pool_.take_idle();
  if (!link_) {
    Result<std::unique_ptr<Link>> made = co_await pool_.connect();
    if (!made) {
      permit_.give_back();
      co_return made.error();
    }
    link_ = std::move(*made);
  }
  if (link_->start()) co_return Result<void>();
  spoil();
  give_back();
  co_return Error{Fault::busy, "There is no memory left for a call to " + pool_.name + "."};
}

void Lease::give_back() {
  if (link_) {
    if (link_->keepable() && !spoiled_) {
      pool_.keep(std::move(link_));
    } else {
      --pool_.counters.open;
      link_.reset();
    }
  }
  permit_.give_back();
}

Upstream::Upstream(UpstreamOptions options, Resolver& resolver, std::shared_ptr<TlsContext> tls)
    : inside_(std::make_unique<Inside>(std::move(options), resolver, std::move(tls))) {}
Upstream::~Upstream() = default;
const UpstreamOptions& Upstream::options() const noexcept { return inside_->options; }
const UpstreamCounters& Upstream::counters() const noexcept { return inside_->counters; }
std::string_view Upstream::name() const noexcept { return inside_->name; }

void Upstream::drop_idle() noexcept {
  inside_->counters.open -= inside_->counters.idle;
  inside_->counters.idle = 0;
  inside_->idle.clear();
}

Task<void> Upstream::close() {
  inside_->closed = true;
  drop_idle();
  inside_->tasks.cancel(ECANCELED);
  static_cast<void>(co_await inside_->tasks.join());
}

Task<Result<void>> Upstream::probe() {
  Lease lease(*inside_);
  Result<void> got = co_await lease.acquire(Fresh::no);
  if (!got) co_return got.error();
  lease.link().mark_unused();
  co_return Result<void>();
}

}  // namespace arint::http
