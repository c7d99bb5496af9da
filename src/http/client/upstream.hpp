// SPDX-License-Identifier: GPL-3.0-or-later
// Upstream: calls to one peer, at one address or several, over kept connections. One object per loop and outgoing; nothing is
// shared between loops but the TLS context and the numbers.
//
//   Request request;
//   request.method = "POST"; request.target = "/api/orders"; request.fields = fields; request.body = bytes;
//   Result<Response> response = co_await upstream.call(request);
//
// Retry inside a call happens in one case only: a kept connection turned out dead before a byte of the answer, and
// the request was idempotent (RFC 9110, 9.2.2) or not one byte of it had been written; then once, on a fresh connection.
// Every call runs under the caller's Deadline as well as its own timeouts: never longer than the shorter of both.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/units.hpp"
#include "http/client/balance/balancer.hpp"
#include "http/client/response.hpp"
#include "http/codec/head.hpp"
#include "http/codec/limits.hpp"
#include "log/metrics/addresses.hpp"
#include "runtime/runtime.hpp"

namespace arint::http {

class TlsContext;
class Resolver;

// Where to connect: a name (all its addresses are used) or an address, without brackets, and a port; or "unix:/path".
struct UpstreamAddress {
  std::string host{};
  std::uint16_t port = 0;  // 0 = the upstream's
};

// Active checks, one after the other by each core on a connection of its own: GET `path` must be answered with one of `statuses`.
struct HealthOptions {
  std::string path{};  // "" = no checks
  Millis every{5'000};
  Millis timeout{2'000};
  std::vector<int> statuses{};  // none = 200 to 399
};

// A second request, at another address where there is one, when the first was not answered in time: the first answer counts.
// Only what may be repeated (RFC 9110, 9.2.2) and only call().
struct HedgeOptions {
  Millis after{0};            // 0 = never
  std::uint32_t at_most = 10;  // percent of the calls
};

struct UpstreamOptions {
  std::string scheme = "http";  // "http" or "https"
  std::string host{};           // name or address; an IPv6 address without brackets; "unix:/path" for a socket file
  std::uint16_t port = 0;       // 0 = 80 or 443
  std::string host_field{};     // Host sent; "" = from host and port
  Millis connect_timeout{5'000};      // name, TCP and TLS together, over all addresses
  Millis first_byte_timeout{30'000};  // request written to first byte of the answer
  Millis timeout{60'000};             // the whole call
  Millis idle_timeout{50'000};        // a kept connection older than this is not used again
  Millis body_timeout{30'000};        // longest silence inside an answer's body
  HeadLimits head{};
  ChunkLimits chunks{};
  std::uint64_t response_bytes = 16u << 20;  // longest body that call() collects; beyond it malformed
  std::uint32_t connections = 256;           // per loop
  std::uint32_t idle_connections = 64;       // kept, per loop
  std::uint32_t queue = 1'024;               // calls that wait for a connection; beyond it busy
  std::vector<UpstreamAddress> addresses{};  // where to connect instead of host and port; those stay what is sent and verified
  Millis resolve_every{30'000};              // names are looked up anew when older than this, and calls do not wait for it
  BalanceOptions balance{};
  HealthOptions health{};
  HedgeOptions hedge{};
  std::shared_ptr<log::Addresses> numbers{};  // what is counted per address; null = nothing
  unsigned core = 0;                          // whose numbers
  // Asked about the very address that is connected to, so that a name cannot lead elsewhere than it was checked for; null = all may.
  std::function<bool(const runtime::Address&)> may_connect{};
};

// What to ask. Views: the bytes live until the call has returned.
// Host, Content-Length, Transfer-Encoding, Connection and traceparent are written here, and refused in `fields` (Fault::bug).
struct Request {
  std::string_view method = "GET";
  std::string_view target = "/";        // origin form: path and query, percent-encoded
  std::span<const Field> fields{};
  std::string_view body{};
  const Trace* trace = nullptr;         // sent on as traceparent with a parent id of its own
  std::optional<bool> repeatable{};     // unset: by method
  Millis timeout{0};                    // 0 = UpstreamOptions::timeout
  std::optional<std::uint64_t> key{};   // for consistent_hash: hash_of() what belongs together
  std::string* address = nullptr;       // receives where it went, also when it failed there
};

struct UpstreamCounters {
  std::uint64_t calls = 0, connects = 0, connect_faults = 0, reused = 0, stale = 0, retried = 0, hedged = 0, waited = 0, refused_queue = 0;
  std::uint32_t open = 0, idle = 0, waiting = 0;
};

class Upstream {
 public:
  // `resolver` outlives it. `tls` for https; nullptr then means the system's authorities.
  Upstream(UpstreamOptions options, Resolver& resolver, std::shared_ptr<TlsContext> tls = nullptr);
  ~Upstream();  // after close(), or when it was never used
  Upstream(const Upstream&) = delete;

  // One request, one whole answer, whatever its status: see fault_of_status() for what a status means.
  // Faults: unreachable (nothing was sent: name, connect, TLS, waited too long for a connection), timeout (sent, outcome
  // unknown: no answer in time, or the connection was cut before the answer was complete), busy (queue full), refused (the
  // peer's certificate or ours), malformed (not HTTP, or beyond a limit), cancelled, bug (a field with CR LF).
  // After cancellation the upstream is usable; the peer may have got the request.
  runtime::Task<Result<Response>> call(const Request& request);

  // Begins the active checks, if any; before the first call.
  void watch();
  // Opens a connection (or finds a kept one alive) and keeps it: for a "Test" button and for readiness.
  runtime::Task<Result<void>> probe();
  // Closes kept connections; later calls open new ones. For reload and for DNS changes.
  void drop_idle() noexcept;
  // The end: no call may be in progress, none may follow.
  runtime::Task<void> close();

  const UpstreamOptions& options() const noexcept;
  const UpstreamCounters& counters() const noexcept;
  std::string_view name() const noexcept;  // "https://erp.example:8443", for sentences and logs

  struct Inside;
  Inside& inside() noexcept { return *inside_; }

 private:
  std::unique_ptr<Inside> inside_;
};

// A call whose bodies stream. Order: begin, write*, finish, response, read*; response may be asked for at any time after
// begin (some peers answer early), and reading and writing may go on in two tasks at once. UpstreamOptions::timeout does not
// apply, since nobody knows how long a stream takes: put a Deadline around it. Faults as of Upstream::call.
class Call {
 public:
  explicit Call(Upstream& upstream) noexcept;
  ~Call();  // keeps the connection when both messages are complete, else closes it
  Call(const Call&) = delete;

  // Sends the head (request.body must be empty); length unset = chunked. Not repeated by itself: a stale connection is
  // found by its head not being written or by response() saying timeout.
  runtime::Task<Result<void>> begin(const Request& request, std::optional<std::uint64_t> length);
  runtime::Task<Result<void>> write(std::string_view bytes);
  runtime::Task<Result<void>> finish();
  // The answer's head, interim answers skipped; good until the call is destroyed.
  runtime::Task<Result<const ResponseHead*>> response();
  // The next bytes of the answer's body into `to`; 0 = end.
  runtime::Task<Result<std::size_t>> read(std::span<char> to);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

// What an answer's status means for the message that was sent; nullopt for 1xx, 2xx, 3xx.
//   401 403 407: refused. 429 503: busy. 408 502 504: timeout (outcome unknown). 501 505 other 4xx and 5xx: rejected.
std::optional<Fault> fault_of_status(int status) noexcept;
// The Error for such an answer: fault, status, Retry-After, the peer's words (first 4 KiB of the body).
Error error_of(const Response& response, std::string_view peer);

}  // namespace arint::http
