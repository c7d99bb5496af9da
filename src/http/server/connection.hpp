// SPDX-License-Identifier: GPL-3.0-or-later
// Connection: one caller's connection, from accept to close, as a coroutine. The inside of a Server and of Exchange.
//
// It holds a Workspace (buffers, parser, head) only while a request is in progress; an idle one is a few hundred bytes.
//
// Input: [ ... head of the present request | its body, not yet read | what follows it ]
//              ^ begin_                      ^ in_.at()             ... in_.end()
#pragma once
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/codec/body/chunked.hpp"
#include "http/codec/parse/head_parser.hpp"
#include "http/codec/writer.hpp"
#include "http/server/inside.hpp"
#include "http/wire/input.hpp"
#include "http/wire/stream.hpp"

namespace arint::http {

// What a connection needs while it has something to do. Kept by the server and lent to one connection after the other: the
// most recently used first, so that it is still in the processor's cache.
struct Workspace {
  Workspace(const ServerOptions& options) : parser(options.head), chunks(options.chunks) {}
  RequestParser parser;
  RequestHead head;
  ChunkDecoder chunks;
  std::string path{};                    // normalised, when it differs from what was sent
  std::string body{};                    // collected by read_all when it does not fit the buffer
  char out[2048];                        // response head
  std::string large_out{};               // the same, when it is longer
};

class Connection {
 public:
  Connection(Server::Inside& server, runtime::Socket socket, const runtime::Address& from);
  ~Connection();
  Connection(const Connection&) = delete;

  runtime::Task<void> run();
  // Drain: closes it at once when it idles; else its next answer is the last.
  void drain() noexcept;

  // ---- for Exchange
  const RequestHead& head() const noexcept { return work_->head; }
  std::string_view path() const noexcept;
  std::string_view host() const noexcept;
  const Peer& peer() const noexcept { return peer_; }
  bool secure() const noexcept { return stream_.secure(); }
  bool trusted() const noexcept { return trusted_; }
  const PeerCertificate* certificate() { return stream_.secure() ? stream_.tls()->certificate() : nullptr; }
  Trace& trace() noexcept { return trace_; }
  std::uint64_t began_ns() const noexcept { return began_ns_; }
  bool has_body() const noexcept { return head().framing != Framing::none && !(head().framing == Framing::length && head().length == 0); }
  const Fields* trailers() const noexcept { return body_ == Body::complete ? work_->chunks.trailers() : nullptr; }

  runtime::Task<Result<std::size_t>> read(Exchange& exchange, std::span<char> to);
  runtime::Task<Result<std::string_view>> read_all(Exchange& exchange, std::uint64_t limit);
  runtime::Task<Result<void>> respond(Exchange& exchange, int status, std::span<const Field> fields, std::string_view body);
  runtime::Task<Result<void>> problem(Exchange& exchange, int status, std::string_view detail, std::span<const Field> fields);
  runtime::Task<Result<void>> problem(Exchange& exchange, const Error& error);
  runtime::Task<Result<void>> begin(Exchange& exchange, int status, std::span<const Field> fields, std::optional<std::uint64_t> length);
  runtime::Task<Result<void>> write(Exchange& exchange, std::string_view bytes);
  runtime::Task<Result<void>> end(Exchange& exchange);
  // The same through the exchange's filter. through.cpp
  runtime::Task<Result<void>> respond_through(Exchange& exchange, int status, std::span<const Field> fields, std::string_view body);
  runtime::Task<Result<void>> begin_through(Exchange& exchange, int status, std::span<const Field> fields, std::optional<std::uint64_t> length);
  runtime::Task<Result<void>> write_through(Exchange& exchange, std::string_view bytes);
  runtime::Task<Result<void>> end_through(Exchange& exchange);

 private:
  friend class Forwarding;
  friend class Server;
  enum class Body : std::uint8_t { none, unread, complete, broken };
  enum class Answer : std::uint8_t { none, streaming, complete };
  enum class Got : std::uint8_t { head, closed, late, refused, no_room };
  static constexpr std::uint64_t drained_bytes = 64 * 1024;  // of an unread body, before it is cheaper to close
  static constexpr std::uint32_t body_room = 4 * 1024;       // least room behind a head for a body that is still to come

  // session.cpp
  runtime::Task<bool> read_proxy_header();
  runtime::Task<bool> shake_hands();
  runtime::Task<bool> serve_ready();
  runtime::Task<Got> read_head();
  runtime::Task<void> refuse_for(Got why);
  bool make_room();
  bool grow();
  bool make_body_room();
  runtime::Task<bool> serve();
  runtime::Task<void> refuse(int status, std::string_view word, std::string_view sentence);
  runtime::Task<void> linger();
  void prepare(Exchange& exchange);
  runtime::Task<void> answer_for_handler(Exchange& exchange, bool escaped);
  bool lease() noexcept;
  void give_back() noexcept;

  // body.cpp
  runtime::Task<runtime::IoResult> receive(std::span<char> into);
  runtime::Task<Result<void>> say_continue();
  runtime::Task<Result<std::string_view>> next_slice(Exchange& exchange, std::size_t most);
  runtime::Task<Result<std::string_view>> collect(Exchange& exchange, std::uint64_t limit);
  runtime::Task<bool> finish_body();
  Error body_fault(Fault fault, int status, std::string sentence);
  Error receive_fault(runtime::IoResult got);
  bool body_in_buffer() const noexcept { return body_ != Body::unread || (head().framing == Framing::length && body_left_ <= in_.size()); }

  // respond.cpp
  bool closes(const Exchange& exchange) noexcept;
  bool write_head(HeadWriter& writer, const Exchange& exchange, std::span<const Field> fields, Framing framing, std::uint64_t length, bool close, bool dated);
  Result<std::string_view> make_head(Exchange& exchange, int status, std::span<const Field> fields, Framing framing, std::uint64_t length);
  runtime::Task<Result<void>> send(std::span<const iovec> parts);
  Error usage_fault(const char* why);

  Server::Inside& server_;
  Stream stream_;
  Peer peer_;
  runtime::Context* context_ = nullptr;
  Connection* previous_ = nullptr;  // in the server's list
  Connection* following_ = nullptr;
  Workspace* work_ = nullptr;
  Input in_{};
  std::uint32_t begin_ = 0;
  std::uint32_t served_ = 0;
  bool idle_ = false;
  bool proxied_;    // a PROXY header must come first
  bool trusted_;
  bool dead_ = false;     // nothing more can be sent
  bool lingers_ = false;  // the caller may still be sending: let it read our answer before it meets a reset

  // ---- the present exchange
  Trace trace_{};
  std::uint64_t began_ns_ = 0;
  std::uint64_t body_left_ = 0;      // framing by length
  std::uint64_t body_began_ns_ = 0;  // when we first had to wait for it
  std::uint64_t answer_left_ = 0;    // response framed by length
  int body_status_ = 0;              // what the caller gets when its own body failed
  std::string_view body_sentence_{};
  std::string_view pending_head_{};  // of a streamed response, not yet sent
  Body body_ = Body::none;
  Answer answer_ = Answer::none;
  Framing answer_framing_ = Framing::none;
  bool continued_ = false;           // 100 Continue is not wanted, or was sent
  bool last_ = false;                // we said Connection: close, or should have
};

}  // namespace arint::http
