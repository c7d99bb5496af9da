// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/server/server.hpp"

#include <netinet/in.h>

#include <cerrno>
#include <cstring>

#include "base/units.hpp"
#include "http/server/connection.hpp"

namespace arint::http {

using runtime::IoResult;
using runtime::Task;

namespace {

constexpr std::size_t kept_workspaces = 64;
constexpr std::uint32_t most_refusals_in_progress = 64;
constexpr std::string_view no_room =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Type: application/problem+json\r\nContent-Length: 119\r\n"
    "Connection: close\r\n\r\n"
    "{\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,\"detail\":\"There are too many connections; try later.\"}";

// Gives back a connection's place in the budget, however its session ends.
struct Place {
  Place(Server::Inside& server, const runtime::Address& address, bool is_counted) noexcept : inside(server), from(address), counted(is_counted) {}
  ~Place() {
    inside.budget.open.fetch_sub(1, std::memory_order_relaxed);
    if (counted) inside.budget.leave(from);
    --inside.counters.open;
    // Counted before the session's root is gone, but the drain looks only in the next round.
    if (inside.counters.open == 0) inside.all_ended.set();
  }
  Place(const Place&) = delete;
  Server::Inside& inside;
  const runtime::Address& from;
  const bool counted;  // among those of its address
};

Task<void> serve(Server::Inside& inside, int fd, runtime::Address from, bool counted) {
  Place place(inside, from, counted);
  runtime::Socket socket(fd);
  if (!socket.open()) co_return;
  Connection connection(inside, std::move(socket), from);
  co_await connection.run();
}

// The answer is on its way; the caller's request may be too, and a close now would turn it into a reset.
Task<void> turn_away(Server::Inside& inside, int fd) {
  ++inside.lingering;
  {
    runtime::Socket socket(fd);
    runtime::Deadline until(*co_await runtime::this_context(), Millis(1000));
    IoResult sent = co_await socket.send_all(no_room);
    if (sent.ok() && socket.shutdown_send().ok()) {
      char discarded[1024];
      for (IoResult got{1}; got.n > 0;) got = co_await socket.recv(std::span<char>(discarded));
    }
  }
  --inside.lingering;
}

void admit(Server::Inside& inside, int fd, const runtime::Address& from) {
  ++inside.counters.accepted;
  const Callers& callers = inside.options.callers;
  const bool counted = callers.per_address && !callers.proxies.contain(from);
  const bool full = inside.budget.open.fetch_add(1, std::memory_order_relaxed) >= inside.budget.most;
  const bool alone = !full && (!counted || inside.budget.enter(from, callers.per_address));
  if (!alone) {
    inside.budget.open.fetch_sub(1, std::memory_order_relaxed);
    ++inside.counters.refused_connections;
    inside.handler->refused(Peer(from), 503, full ? "too_many_connections" : "too_many_of_one_address");
    if (inside.tls || inside.lingering >= most_refusals_in_progress) {
      runtime::Socket closes_at_once(fd);
    } else {
      inside.sessions.spawn(turn_away(inside, fd));
    }
    return;
  }
  ++inside.counters.open;
  inside.sessions.spawn(serve(inside, fd, from, counted));
}

Task<void> accept_all(Server::Inside& inside, runtime::Listener& listener) {
  for (;;) {
    runtime::Address from;
    IoResult accepted = co_await listener.accept(&from);
    if (accepted.ok()) {
      admit(inside, static_cast<int>(accepted.n), from);
    } else {
      co_return;  // cancelled or closed: what passes by itself, accept() waits out
    }
  }
}

// Which of the counts an address belongs to; 0 = none.
std::uint64_t count_of(const runtime::Address& address) noexcept {
  constexpr std::uint64_t of_ipv4 = 1ull << 32;  // no /64 of IPv6 that is in use begins so
  if (address.family() == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address.data(), sizeof in);
    return of_ipv4 | in.sin_addr.s_addr;
  }
  if (address.family() != AF_INET6) return 0;
  sockaddr_in6 in{};
  std::memcpy(&in, address.data(), sizeof in);
  if (IN6_IS_ADDR_V4MAPPED(&in.sin6_addr)) {
    std::uint32_t inner = 0;
    std::memcpy(&inner, in.sin6_addr.s6_addr + 12, sizeof inner);
    return of_ipv4 | inner;
  }
  std::uint64_t network = 0;
  for (int i = 0; i < 8; ++i) network = network << 8 | in.sin6_addr.s6_addr[i];
  return network ? network : 1;
}

}  // namespace

bool ConnectionBudget::enter(const runtime::Address& from, std::uint32_t most_of_it) {
  const std::uint64_t which = count_of(from);
  if (!which) return true;
  const std::lock_guard lock(mutex_);
  std::uint32_t& has = by_address_[which];
  if (has >= most_of_it) return false;
  ++has;
  return true;
}

void ConnectionBudget::leave(const runtime::Address& from) {
  const std::uint64_t which = count_of(from);
  if (!which) return;
  const std::lock_guard lock(mutex_);
  const auto found = by_address_.find(which);
  if (found != by_address_.end() && --found->second == 0) by_address_.erase(found);
}

std::string_view DateClock::text() {
  constexpr std::uint64_t look_again_ns = 100'000'000;
  runtime::Loop& loop = runtime::Loop::current();
  const std::uint64_t now = loop.coarse_now_ns();
  if (second_ < 0 || now - checked_ns_ >= look_again_ns) {
    checked_ns_ = now;
    const std::int64_t second = loop.clock().now_ms_since_epoch() / 1000;
    if (second != second_) {
      second_ = second;
      std::string written = http_date(second);
      std::memcpy(text_, written.data(), 29);
    }
  }
  return {text_, 29};
}

Server::Inside::Inside(const ServerOptions& given, Handler& serves, ConnectionBudget& limits, std::shared_ptr<TlsContext> context)
    : options(given), handler(&serves), budget(limits), tls(std::move(context)) {}
Server::Inside::~Inside() = default;

std::unique_ptr<Workspace> Server::Inside::take_workspace() {
  if (workspaces.empty()) return std::make_unique<Workspace>(options);
  std::unique_ptr<Workspace> out = std::move(workspaces.back());
  workspaces.pop_back();
  return out;
}

void Server::Inside::keep_workspace(std::unique_ptr<Workspace> workspace) noexcept {
  if (workspaces.size() >= kept_workspaces) return;
  constexpr std::size_t kept_text = 64 * 1024;
  // Swapped, since an empty string that is assigned leaves the memory where it is.
  if (workspace->body.capacity() > kept_text) std::string().swap(workspace->body);
  if (workspace->large_out.capacity() > kept_text) std::string().swap(workspace->large_out);
  workspaces.push_back(std::move(workspace));
}

void Server::Inside::enlist(Connection& connection) noexcept {
  connection.following_ = first;
  if (first) first->previous_ = &connection;
  first = &connection;
}

void Server::Inside::delist(Connection& connection) noexcept {
  (connection.previous_ ? connection.previous_->following_ : first) = connection.following_;
  if (connection.following_) connection.following_->previous_ = connection.previous_;
}

Server::Server(const ServerOptions& options, Handler& handler, ConnectionBudget& budget, std::shared_ptr<TlsContext> tls)
    : inside_(std::make_unique<Inside>(options, handler, budget, std::move(tls))) {
  inside_->workspaces.reserve(kept_workspaces);
}
Server::~Server() = default;

Result<void> Server::listen(std::string_view address, runtime::ReusePort reuse) {
  std::optional<runtime::Address> parsed = runtime::Address::parse(address);
  if (!parsed) return Error{Fault::rejected, "\"" + std::string(address) + "\" is no address to listen on; say 127.0.0.1:8080, [::1]:8080 or unix:/path."};
  auto listener = std::make_unique<runtime::Listener>(*parsed, reuse);
  if (const int error = listener->error()) {
    std::string sentence = "cannot listen on " + std::string(address) + ": " + std::strerror(error);
    if (error == EADDRINUSE) sentence += "; stop what listens there (ss -ltnp shows it) or choose another address";
    return Error{Fault::unreachable, std::move(sentence)};
  }
  inside_->listeners.push_back(std::move(listener));
  inside_->acceptors.spawn(accept_all(*inside_, *inside_->listeners.back()));
  return {};
}

void Server::take(int fd) { admit(*inside_, fd, runtime::Address()); }

std::uint16_t Server::port() const noexcept { return inside_->listeners.empty() ? 0 : inside_->listeners.front()->address().port(); }
const ServerCounters& Server::counters() const noexcept { return inside_->counters; }

void Server::serve_with(Handler& handler, std::shared_ptr<TlsContext> tls, const Callers& callers) {
  inside_->handler = &handler;
  inside_->tls = std::move(tls);
  inside_->options.callers = callers;
}

void Server::keep_alive(bool wanted) noexcept { inside_->keep_alive = wanted; }

Task<void> Server::drain(Millis within) {
  Inside& inside = *inside_;
  inside.draining = true;
  inside.acceptors.cancel(ECANCELED);
  static_cast<void>(co_await inside.acceptors.join());
  inside.listeners.clear();
  for (Connection* connection = inside.first; connection; connection = connection->following_) connection->drain();
  if (inside.sessions.count() > 0) {
    runtime::Context* context = co_await runtime::this_context();
    runtime::Deadline until(*context, within);
    while (inside.counters.open > 0) {
      IoResult ended = co_await inside.all_ended.wait();
      if (!ended.ok()) break;
    }
  }
  // Cancelled, not timed out: whoever still runs was stopped by us.
  inside.sessions.cancel(ECANCELED);
  static_cast<void>(co_await inside.sessions.join());
}

}  // namespace arint::http
