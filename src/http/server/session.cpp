// SPDX-License-Identifier: GPL-3.0-or-later
// The life of a connection: wait, read a head, have it handled, again; then close so that the caller gets what was sent.
#include <algorithm>
#include <cerrno>
#include <cstring>

#include "http/codec/target/target.hpp"
#include "http/server/connection.hpp"
#include "http/wire/proxy/header.hpp"

namespace arint::http {

using runtime::Deadline;
using runtime::IoResult;
using runtime::Task;

namespace {

constexpr Millis linger_silence{1'000}, linger_time{5'000};
constexpr std::string_view all_methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

}  // namespace

Connection::Connection(Server::Inside& server, runtime::Socket socket, const runtime::Address& from)
    : server_(server),
      stream_(std::move(socket), server.tls && from.family() != AF_UNSPEC ? TlsSession::accept(*server.tls) : nullptr),
      peer_(from),
      proxied_(server.options.callers.proxies.contain(from)),
      trusted_(server.options.callers.trusted.contain(from)) {
  server_.enlist(*this);
}

Connection::~Connection() {
  give_back();
  server_.delist(*this);
}

void Connection::drain() noexcept {
  last_ = true;
  if (idle_ && context_) context_->cancel(ECANCELED);
}

bool Connection::lease() noexcept {
  work_ = server_.take_workspace().release();
  begin_ = 0;
  return in_.lease();
}

void Connection::give_back() noexcept {
  if (!work_) return;
  if (in_.grown()) --server_.large_heads;
  in_.give_back();
  server_.keep_workspace(std::unique_ptr<Workspace>(std::exchange(work_, nullptr)));
}

// Byte by byte where the form has no length: what follows belongs to TLS or HTTP.
Task<bool> Connection::read_proxy_header() {
  Deadline until(*context_, server_.options.header_timeout);
  auto header = std::make_unique<ProxyHeader>();
  char room[512];
  while (const std::size_t wants = header->wants()) {
    std::string whole;
    while (whole.size() < wants) {
      IoResult got = co_await stream_.socket().recv(std::span<char>(room, std::min(wants - whole.size(), sizeof room)));
      if (got.n <= 0) co_return false;
      whole.append(room, static_cast<std::size_t>(got.n));
    }
    header->feed(whole);
  }
  if (header->refused()) {
    server_.handler->refused(peer_, 0, "proxy_header");
    co_return false;
  }
  if (header->source()) {
    peer_ = Peer(*header->source());
    trusted_ = server_.options.callers.trusted.contain(*header->source());
  }
  co_return true;
}

Task<bool> Connection::shake_hands() {
  if (!stream_.secure()) co_return true;
  Deadline until(*context_, server_.options.handshake_timeout);
  IoResult done = co_await stream_.tls()->handshake(stream_.socket());
  if (done.ok()) {
    ++server_.counters.handshakes;
    server_.counters.resumed += stream_.tls()->resumed();
  } else {
    server_.handler->refused(peer_, 0, "tls_handshake");
  }
  co_return done.ok();
}

Task<void> Connection::run() {
  context_ = co_await runtime::this_context();
  bool alive = true;
  if (proxied_) alive = co_await read_proxy_header();
  if (alive) alive = co_await shake_hands();
  while (alive && !last_) {
    {
      idle_ = true;
      ++server_.counters.idle;
      Deadline until(*context_, served_ ? server_.options.idle_timeout : server_.options.header_timeout);
      IoResult woken = co_await stream_.readable();
      --server_.counters.idle;
      idle_ = false;
      if (!woken.ok()) break;
    }
    if (!lease()) {
      co_await refuse(503, "no_buffers", "This server is out of memory for connections; try later.");
      break;
    }
    alive = co_await serve_ready();
    if (!alive && lingers_) co_await linger();
    give_back();
  }
  stream_.close();
}

// Serves what has come, pipelined requests included. True: the connection idles now, with nothing half read.
Task<bool> Connection::serve_ready() {
  for (;;) {
    const Got got = co_await read_head();
    if (got != Got::head) {
      if (got != Got::closed) co_await refuse_for(got);
      co_return false;
    }
    bool keep = co_await serve();
    if (!keep) co_return false;
    if (in_.empty()) co_return true;
  }
}

// Room behind what has come: first by moving that to the front, then by a larger block.
bool Connection::make_room() {
  if (!in_.room().empty()) return true;
  if (in_.at() == 0) return grow();
  in_.move_to_front(in_.at());
  return true;
}

// Everything into a block that holds the longest head allowed, and some of a body.
bool Connection::grow() {
  const HeadLimits& limits = server_.options.head;
  if (server_.large_heads >= server_.options.large_heads || !in_.grow(limits.line_bytes + limits.field_bytes + 2 * body_room)) return false;
  ++server_.large_heads;
  return true;
}

// The head at begin_ is complete and nobody has a view of it yet: the last moment to move it.
bool Connection::make_body_room() {
  const std::uint32_t head_size = head().head_size;
  const bool all_here = head().framing == Framing::none || (head().framing == Framing::length && head().length <= in_.size() - head_size);
  if (all_here || in_.capacity() - begin_ - head_size >= body_room) return true;
  in_.move_to_front(begin_);
  begin_ = 0;
  if (in_.capacity() - head_size < body_room && !grow()) return false;
  work_->head.fields.rebase(in_.data());
  return true;
}

Task<Connection::Got> Connection::read_head() {
  RequestParser& parser = work_->parser;
  parser.reset();
  if (in_.empty()) in_.restart(0);
  Deadline until(*context_, server_.options.header_timeout);
  for (;;) {
    if (!in_.empty()) {
      const Progress progress = parser.parse(in_.unread(), work_->head);
      if (progress == Progress::done) break;
      if (progress == Progress::refused) co_return Got::refused;
    }
    if (!make_room()) co_return Got::no_room;
    IoResult got = co_await stream_.recv(in_.room());
    if (got.n <= 0) co_return until.fired() && !in_.empty() ? Got::late : Got::closed;
    in_.received(got.n);
  }
  begin_ = in_.at();
  if (!make_body_room()) co_return Got::no_room;
  in_.use(head().head_size);
  co_return Got::head;
}

Task<void> Connection::refuse_for(Got why) {
  if (why == Got::late) {
    ++server_.counters.timeouts;
    co_await refuse(408, "header_timeout", "The request's head did not come in time.");
  } else if (why == Got::no_room) {
    co_await refuse(503, "no_large_heads", "Too many long requests at once; try later.");
  } else {
    const Refusal refusal = work_->parser.refusal();
    co_await refuse(status_of(refusal), word_of(refusal), sentence_of(refusal));
  }
}

// Everything about the exchange that follows from its head.
void Connection::prepare(Exchange& exchange) {
  const RequestHead& request = head();
  ++served_;
  ++server_.counters.requests;
  began_ns_ = runtime::Loop::current().coarse_now_ns();
  std::optional<Trace> given;
  if (request.fields.has(Name::traceparent)) given = Trace::from_header(request.fields.get(Name::traceparent));
  trace_ = given ? *given : Trace::fresh();
  if (!request.target.normal) {
    work_->path.resize(request.target.path.size + 1u);
    work_->path.resize(normalise_path(request.text(request.target.path), work_->path.data()).size());
  }
  body_ = has_body() ? Body::unread : Body::none;
  body_left_ = request.length;
  body_began_ns_ = 0;
  body_status_ = 0;
  if (request.framing == Framing::chunked) work_->chunks.reset();
  answer_ = Answer::none;
  pending_head_ = {};
  continued_ = !request.expects_continue;
  // Content where none has a meaning, and content sent without the wait that was announced, are answered, but nothing that
  // follows them is believed: RFC 9110, 9.3.1, and what smuggling through old intermediaries is made of.
  if (body_ == Body::unread && (content_unexpected(request.method) || (request.expects_continue && !in_.empty()))) exchange.close_ = true;
}

Task<bool> Connection::serve() {
  Exchange exchange(*this);
  prepare(exchange);
  bool escaped = false;
  if (head().target.form == TargetForm::asterisk) {
    const Field allow[] = {{"Allow", all_methods}};
    static_cast<void>(co_await respond(exchange, 204, allow, std::string_view()));
  } else {
    try {
      co_await server_.handler->handle(exchange);
    } catch (...) {
      escaped = true;
      ++server_.counters.handler_faults;
    }
  }
  if (answer_ != Answer::complete) co_await answer_for_handler(exchange, escaped);
  if (dead_ || context_->error()) co_return false;
  if (last_ || exchange.close_ || body_ == Body::broken) {
    // Only bytes nobody reads make the kernel send a reset.
    lingers_ = body_ == Body::unread || body_ == Body::broken || !in_.empty();
    co_return false;
  }
  if (body_ != Body::unread) co_return true;
  co_return co_await finish_body();
}

// The handler has returned, or thrown, and the answer is not complete.
Task<void> Connection::answer_for_handler(Exchange& exchange, bool escaped) {
  if (answer_ == Answer::streaming) {
    // Half an answer: only a reset tells the caller that it is one.
    dead_ = true;
    stream_.reset();
    co_return;
  }
  if (context_->error()) co_return;
  if (body_status_) static_cast<void>(co_await problem(exchange, body_status_, body_sentence_, std::span<const Field>()));
  else if (escaped) static_cast<void>(co_await problem(exchange, 500, sentence_of(Fault::bug), std::span<const Field>()));
  else static_cast<void>(co_await problem(exchange, 500, "This request was not answered.", std::span<const Field>()));
}

// A request that never becomes an exchange. The connection is closed behind the answer.
Task<void> Connection::refuse(int status, std::string_view word, std::string_view sentence) {
  ++server_.counters.refused_requests;
  server_.handler->refused(peer_, status, word);
  const Trace trace = Trace::fresh();
  ProblemDetails details;
  details.status = status;
  details.detail = sentence;
  const std::string body = problem_json(details, trace.cid);
  char cid[32];
  trace.cid.write_hex(cid);
  char room[512];
  HeadWriter writer(room, sizeof room);
  writer.status_line(status);
  writer.field("Date", server_.date.text());
  writer.field("Content-Type", problem_media_type);
  writer.number_field("Content-Length", body.size());
  if (status == 503) writer.field("Retry-After", "2");
  writer.field("Connection", "close");
  writer.field(correlation_header, {cid, sizeof cid});
  writer.end();
  iovec parts[2] = {{room, writer.text().size()}, {const_cast<char*>(body.data()), body.size()}};
  Result<void> sent = co_await send(std::span<const iovec>(parts));
  lingers_ = sent.ok();
}

// RFC 9112, 9.6: half-close, then read on for a while, so that the reset for what we did not read does not destroy the
// answer on its way. Bounded in time; what comes is thrown away.
Task<void> Connection::linger() {
  stream_.shutdown_send();
  if (!in_.leased()) co_return;
  Deadline all(*context_, linger_time);
  for (IoResult got{1}; got.n > 0;) {
    Deadline silence(*context_, linger_silence);
    got = co_await stream_.socket().recv(std::span<char>(in_.data(), in_.capacity()));
  }
}

}  // namespace arint::http
