// SPDX-License-Identifier: GPL-3.0-or-later
// Server: listens, accepts and serves HTTP/1.1 on one loop. Make one per core with the same address (SO_REUSEPORT) and,
// for the limit over all of them, the same ConnectionBudget.
//
//   Server server(options, handler, budget);
//   if (Result<void> opened = server.listen("127.0.0.1:8080"); !opened) return opened.error();
//   ... loop runs ...
//   co_await server.drain(5s);   // no new connection, answers in flight end with Connection: close, the rest is cut
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "base/units.hpp"
#include "http/codec/limits.hpp"
#include "http/server/exchange.hpp"
#include "http/wire/proxy/networks.hpp"
#include "runtime/runtime.hpp"

namespace arint::http {

class TlsContext;

// What a server makes of who calls.
struct Callers {
  Networks proxies{};            // peers that say in a PROXY header who is behind them; from them it must come
  Networks trusted{};            // callers (behind such proxies, too) whose X-Forwarded-* fields are believed
  std::uint32_t per_address = 0; // connections one address may have open; 0 = as many as it likes. Proxies are not counted
  bool operator==(const Callers&) const = default;
};

struct ServerOptions {
  HeadLimits head{};
  ChunkLimits chunks{};
  Millis header_timeout{10'000};        // first byte of a head to its end; then 408
  Millis body_timeout{30'000};          // longest silence inside a request body
  std::uint32_t least_rate = 256;       // bytes per second a body must come with, over its whole time; 0 = no rate asked
  Millis idle_timeout{75'000};          // kept connection without a request; then closed
  Millis write_timeout{30'000};         // longest one write may stand still
  Millis handshake_timeout{10'000};     // TLS
  std::uint32_t requests_per_connection = 100'000;
  std::uint32_t large_heads = 256;      // heads over 16 KiB in progress at once; beyond it 503
  Callers callers{};
};

// Open connections over all servers that share it.
class ConnectionBudget {
 public:
  explicit ConnectionBudget(std::uint32_t most_connections) : most(most_connections) {}
  const std::uint32_t most;
  std::atomic<std::uint32_t> open{0};

  // One more from this address (of IPv6 its /64; unix sockets are not counted)? Each yes is followed by one leave(). From any thread.
  bool enter(const runtime::Address& from, std::uint32_t most_of_it);
  void leave(const runtime::Address& from);

 private:
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::uint32_t> by_address_;
};

// Counters of one server; read on its loop.
struct ServerCounters {
  std::uint64_t accepted = 0, refused_connections = 0, requests = 0, refused_requests = 0, timeouts = 0, handler_faults = 0, handshakes = 0, resumed = 0;
  std::uint32_t open = 0, idle = 0;
};

class Server {
 public:
  // `handler` (see serve_with) and `budget` outlive the server; `tls` nullptr = plain.
  Server(const ServerOptions& options, Handler& handler, ConnectionBudget& budget, std::shared_ptr<TlsContext> tls = nullptr);
  ~Server();  // drain() must have ended, or nothing was listened on
  Server(const Server&) = delete;

  // "127.0.0.1:8080", "[::1]:0", "unix:/path"; port 0 = any. May be called for several addresses; on this loop.
  // Faults: rejected (cannot be parsed), unreachable (in use, no right), each with the address and the reason.
  Result<void> listen(std::string_view address, runtime::ReusePort reuse = runtime::ReusePort::yes);
  std::uint16_t port() const noexcept;  // of the first address: which one port 0 became

  // A connected descriptor that did not come from the wire, such as one of a socket pair: served without TLS, whatever the listeners have.
  void take(int fd);

  // From now on requests are handled by `handler`, and new connections shaken hands with by `tls`. Those in progress end with the
  // handler they began with, which must live until then.
  void serve_with(Handler& handler, std::shared_ptr<TlsContext> tls, const Callers& callers);

  // No new connections; idle ones are closed; requests in flight are answered with Connection: close. What still runs
  // after `within` is cancelled. Returns when nothing runs any more; cancelling the drain cuts `within` short.
  runtime::Task<void> drain(Millis within);
  // The next answers close their connection: the first stage of shedding load. May be taken back.
  void keep_alive(bool wanted) noexcept;

  const ServerCounters& counters() const noexcept;

  struct Inside;  // shared with the connections; not for others

 private:
  std::unique_ptr<Inside> inside_;
};

}  // namespace arint::http
