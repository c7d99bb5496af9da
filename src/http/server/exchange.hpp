// SPDX-License-Identifier: GPL-3.0-or-later
// Exchange: one request and the answer to it, as a handler sees them.
//
//   Task<void> Echo::handle(Exchange& exchange) {
//     Result<std::string_view> body = co_await exchange.read_all(1 << 20);
//     if (!body) { co_await exchange.problem(body.error()); co_return; }
//     const Field fields[] = {{"Content-Type", "application/json"}};
//     co_await exchange.respond(200, fields, *body);
//   }
//
// Name arrays of Field before the call, as above: g++ 12 destroys braced temporaries of a co_await expression twice.
// All views (head, path, body of read_all) are good until handle() returns. An exchange belongs to its connection's loop.
// A handler that returns without having begun a response is answered for: 500, or 504 when its deadline fired.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "http/codec/head.hpp"
#include "http/problem.hpp"
#include "http/server/passing.hpp"
#include "http/wire/peer.hpp"
#include "runtime/runtime.hpp"

namespace arint::http {

class Connection;
struct PeerCertificate;

class Exchange {
 public:
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // ---- the request
  const RequestHead& head() const noexcept;
  Method method() const noexcept { return head().method; }
  std::string_view method_text() const noexcept { return head().text(head().method_text); }
  std::string_view target() const noexcept { return head().text(head().target_text); }  // as sent
  // Normalised: unreserved characters decoded, the other escapes in upper case; no dot segments, encoded slashes,
  // backslashes or control characters (refused before). The same text is routed, authorised and forwarded.
  // Still percent-encoded where RFC 3986 reserves: decode a segment with percent_decode(). "*" for OPTIONS *.
  std::string_view path() const noexcept;
  std::string_view query() const noexcept { return head().text(head().target.query); }  // as sent, see codec/target/query.hpp
  const Fields& fields() const noexcept { return head().fields; }
  std::string_view field(Name name) const noexcept { return fields().get(name); }         // "" when absent
  std::string_view field(std::string_view name) const noexcept { return fields().get(name); }
  std::string_view host() const noexcept;    // as sent, valid; from the target in absolute form; "" for HTTP/1.0 without
  const Peer& peer() const noexcept;         // who is connected to us: never taken from a header
  bool secure() const noexcept;              // came over TLS
  bool trusted() const noexcept;             // of the peers whose X-Forwarded-* fields are believed
  const PeerCertificate* certificate() const;  // the caller's own, verified; nullptr when there is none

  // The conversation's id: from a valid `traceparent`, else fresh. May be set before the response begins.
  Trace& trace() noexcept;
  std::uint64_t began_ns() const noexcept;   // Loop clock when the head was complete

  // ---- the request's body, once, front to back
  bool has_body() const noexcept;                              // a body was announced (it may still be empty)
  std::optional<std::uint64_t> body_length() const noexcept;   // Content-Length; none for chunked
  // The next bytes into `to`; 0 = end. The first read sends "100 Continue" when the caller waits for it.
  // Faults: malformed (chunks, cut short), timeout (too slow: body_timeout or the least rate), cancelled. After a fault
  // or a cancelled read the body is lost; a response may still be sent and the connection closes after it.
  runtime::Task<Result<std::size_t>> read(std::span<char> to);
  // The whole body; without a copy when it fits the connection's buffer. rejected (status 413) when longer than `limit`
  // bytes: found from Content-Length before a byte is read, else as soon as the limit is passed.
  runtime::Task<Result<std::string_view>> read_all(std::uint64_t limit);
  // What `forward` lets pass, 0 = no limit; beyond it 413. read_all() has a limit of its own.
  void limit_body(std::uint64_t bytes) noexcept { body_limit_ = bytes; }
  const Fields* trailers() const noexcept;                     // after the end of a chunked body; nullptr when none

  // ---- the response
  // Added by the server: Date, Content-Length or Transfer-Encoding, Connection where needed, X-Correlation-Id. These,
  // and names or values with CR, LF or NUL, are refused in `fields` (Fault::bug). HEAD, 204 and 304 send no body.
  // Faults of all four: unreachable (the caller has gone), timeout (it reads too slowly), bug (second response).
  // The whole answer in one system call.
  runtime::Task<Result<void>> respond(int status, std::span<const Field> fields, std::string_view body);
  runtime::Task<Result<void>> respond(int status, std::string_view body = {});
  // Streaming: begin with the length or without (chunked; for HTTP/1.0 until close), write any number of times, end.
  // The head goes out with the first write, or with end. Bytes written must come to `length`; an end before that, or a
  // handler that returns without end, cuts the connection so that the caller sees it.
  runtime::Task<Result<void>> begin(int status, std::span<const Field> fields, std::optional<std::uint64_t> length);
  runtime::Task<Result<void>> write(std::string_view bytes);
  runtime::Task<Result<void>> end();
  // An RFC 9457 answer with the cid. With Error: when the request's own body failed (read, read_all), the 400, 408 or 413 that
  // belongs to it; else status and sentence from the fault (problem.hpp), because the error's own sentence is for the log,
  // not for the caller; Retry-After from error.retry_after.
  runtime::Task<Result<void>> problem(int status, std::string_view detail);
  runtime::Task<Result<void>> problem(int status, std::string_view detail, std::span<const Field> fields);
  runtime::Task<Result<void>> problem(const Error& error);

  // What changes on the way; lives until the answer is complete or this is taken back with nullptr. Set before the response begins.
  void pass(const Passing* passing) noexcept { passing_ = passing; }
  const Passing* passing() const noexcept { return passing_; }
  AnswerFilter* answer_filter() const noexcept { return passing_ ? passing_->answer : nullptr; }

  bool responded() const noexcept { return status_ != 0; }  // a response was begun
  int status() const noexcept { return status_; }           // of the response; 0 before it was begun
  void close_after() noexcept { close_ = true; }            // no further request on this connection
  std::uint64_t received_bytes() const noexcept { return received_; }  // body bytes of the request, as far as read
  std::uint64_t sent_bytes() const noexcept { return sent_; }          // body bytes of the response
  // Which of our peers was asked for the answer, such as "10.0.0.1:8080"; "" when none was. At most 64 bytes are kept.
  std::string_view address() const noexcept { return {address_.data(), address_size_}; }
  void answered_by(std::string_view address) noexcept {
    address_size_ = static_cast<std::uint8_t>(address.copy(address_.data(), address_.size()));
  }

 private:
  friend class Connection;
  friend class Forwarding;
  explicit Exchange(Connection& connection) noexcept : connection_(connection) {}

  bool over_limit(std::uint64_t bytes) const noexcept { return body_limit_ && bytes > body_limit_; }

  Connection& connection_;
  std::uint64_t body_limit_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t sent_ = 0;
  const Passing* passing_ = nullptr;
  int status_ = 0;
  bool close_ = false;
  std::uint8_t address_size_ = 0;
  std::array<char, 64> address_;
};

// What a server calls for each request. One handler may serve many connections at once, all on its loop.
class Handler {
 public:
  virtual ~Handler() = default;
  // `exchange` lives until the task has ended. An escaping exception is answered 500 (or the connection is cut, when a
  // response had begun) and counted as a bug. After cancellation (drain deadline) operations of the exchange fail at once.
  virtual runtime::Task<void> handle(Exchange& exchange) = 0;
  // A request the codec or a limit refused before it became an exchange: for metrics and logs. Must not block.
  virtual void refused(const Peer&, int /*status*/, std::string_view /*word*/) noexcept {}
};

}  // namespace arint::http
