// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/wire/tls_session.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "http/wire/tls_context.hpp"

namespace arint::http {

using runtime::IoResult;
using runtime::Task;

// The BIO between OpenSSL and our buffers.
struct TlsPipe {
  static TlsSession& session(BIO* bio) noexcept { return *static_cast<TlsSession*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* to, int size) {
    TlsSession& self = session(bio);
    BIO_clear_retry_flags(bio);
    const std::size_t have = self.in_end_ - self.in_at_;
    if (have == 0) {
      if (self.ended_) return 0;
      BIO_set_retry_read(bio);
      return -1;
    }
    const std::size_t taken = std::min(have, static_cast<std::size_t>(size));
    std::memcpy(to, self.in_.data() + self.in_at_, taken);
    self.in_at_ += taken;
    return static_cast<int>(taken);
  }
  static int write(BIO* bio, const char* from, int size) {
    TlsSession& self = session(bio);
    BIO_clear_retry_flags(bio);
    if (!self.out_) self.out_ = runtime::Loop::current().buffers().small();
    const std::size_t room = self.out_.size() - self.out_end_;
    if (room == 0) {
      BIO_set_retry_write(bio);
      return -1;
    }
    const std::size_t taken = std::min(room, static_cast<std::size_t>(size));
    std::memcpy(self.out_.data() + self.out_end_, from, taken);
    self.out_end_ += taken;
    return static_cast<int>(taken);
  }
  static long control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return session(bio).ended_ ? 1 : 0;
    return 0;
  }
  static BIO_METHOD* method() {
    static BIO_METHOD* const out = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "arint");
      BIO_meth_set_read(made, read);
      BIO_meth_set_write(made, write);
      BIO_meth_set_ctrl(made, control);
      return made;
    }();
    return out;
  }
};

namespace {

int resumption_index() {
  static const int out = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return out;
}

int keep_session(SSL* tls, SSL_SESSION* session) {
  auto* resumption = static_cast<TlsResumption*>(SSL_get_ex_data(tls, resumption_index()));
  if (!resumption) return 0;
  resumption->keep(session);
  return 1;
}

bool is_address(const std::string& name) {
  in6_addr room{};
  return ::inet_pton(AF_INET, name.c_str(), &room) == 1 || ::inet_pton(AF_INET6, name.c_str(), &room) == 1;
}

}  // namespace

TlsResumption::~TlsResumption() { keep(nullptr); }
void TlsResumption::keep(SSL_SESSION* session) noexcept {
  SSL_SESSION_free(session_);
  session_ = session;
}

void TlsSession::keep_sessions(SSL_CTX* context) noexcept {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, keep_session);
}

TlsSession::TlsSession(SSL* tls) noexcept : tls_(tls) {
  BIO* bio = BIO_new(TlsPipe::method());
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(tls_, bio, bio);
}

TlsSession::~TlsSession() { SSL_free(tls_); }

std::unique_ptr<TlsSession> TlsSession::accept(const TlsContext& context) {
  SSL* tls = SSL_new(context.get());
  if (!tls) return nullptr;
  SSL_set_accept_state(tls);
  if (context.tickets()) context.tickets()->lend(tls);
  return std::unique_ptr<TlsSession>(new TlsSession(tls));
}

std::unique_ptr<TlsSession> TlsSession::connect(const TlsContext& context, const std::string& name, TlsResumption& resumption) {
  context.about_to_call();
  SSL* tls = SSL_new(context.get());
  if (!tls) return nullptr;
  SSL_set_connect_state(tls);
  if (is_address(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), name.c_str());
  } else {
    SSL_set_hostflags(tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(tls, name.c_str());
    SSL_set_tlsext_host_name(tls, name.c_str());
  }
  SSL_set_ex_data(tls, resumption_index(), &resumption);
  if (resumption.session()) SSL_set_session(tls, resumption.session());
  return std::unique_ptr<TlsSession>(new TlsSession(tls));
}

bool TlsSession::verified() const noexcept {
  X509* certificate = SSL_get0_peer_certificate(tls_);
  return certificate && SSL_get_verify_result(tls_) == X509_V_OK;
}
bool TlsSession::refused_by_us() const noexcept { return SSL_get_verify_result(tls_) != X509_V_OK; }
bool TlsSession::pending() const noexcept { return in_at_ < in_end_ || SSL_pending(tls_) > 0 || SSL_has_pending(tls_); }

// Buffers that hold nothing go back.
void TlsSession::let_go() noexcept {
  if (in_at_ == in_end_) {
    in_at_ = in_end_ = 0;
    in_.give_back();
  }
}

// Sends what OpenSSL has written, all of it. Result 0 or an error.
Task<IoResult> TlsSession::flush(runtime::Socket& socket) {
  if (out_end_ == 0) co_return IoResult{0};
  if (!writing_.try_acquire()) {
    IoResult turn = co_await writing_.acquire();
    if (!turn.ok()) co_return turn;
  }
  runtime::Permit permit(writing_);
  while (out_end_ > 0) {
    const std::size_t size = out_end_;
    IoResult sent = co_await socket.send_all(std::string_view(out_.data(), size));
    if (!sent.ok()) co_return sent;
    // Meanwhile the other direction may have added an answer of the protocol's own.
    if (out_end_ > size) std::memmove(out_.data(), out_.data() + size, out_end_ - size);
    out_end_ -= size;
  }
  out_.give_back();
  co_return IoResult{0};
}

// More ciphertext. Result: bytes, or an error; the end of the stream is noted and is no error here.
Task<IoResult> TlsSession::fill(runtime::Socket& socket) {
  if (in_at_ == in_end_) in_at_ = in_end_ = 0;
  if (!in_) in_ = runtime::Loop::current().buffers().small();
  if (!in_) co_return IoResult{-ENOBUFS};
  if (in_end_ == in_.size()) {
    std::memmove(in_.data(), in_.data() + in_at_, in_end_ - in_at_);
    in_end_ -= in_at_;
    in_at_ = 0;
  }
  IoResult got = co_await socket.recv(in_.span().subspan(in_end_));
  if (got.n == 0) ended_ = true;
  if (got.n > 0) in_end_ += static_cast<std::size_t>(got.n);
  if (!got.ok()) let_go();
  co_return got;
}

// What an OpenSSL call that failed for good comes to.
IoResult TlsSession::fail(int outcome) noexcept {
  const int kind = SSL_get_error(tls_, outcome);
  if (kind == SSL_ERROR_ZERO_RETURN) return {0};
  if (refused_by_us()) reason_ = X509_verify_cert_error_string(SSL_get_verify_result(tls_));
  else reason_ = ended_ ? "the connection was cut" : tls_reason();
  ERR_clear_error();
  return {ended_ ? -ECONNRESET : -EPROTO};
}

Task<IoResult> TlsSession::handshake(runtime::Socket& socket) {
  for (;;) {
    ERR_clear_error();
    const int outcome = SSL_do_handshake(tls_);
    const int kind = outcome == 1 ? SSL_ERROR_NONE : SSL_get_error(tls_, outcome);
    IoResult failed{0};
    if (kind != SSL_ERROR_NONE && kind != SSL_ERROR_WANT_READ && kind != SSL_ERROR_WANT_WRITE) failed = fail(outcome);
    // Also a failure has something to say: the alert.
    IoResult flushed = co_await flush(socket);
    if (!failed.ok()) co_return failed;
    if (!flushed.ok()) co_return flushed;
    if (kind == SSL_ERROR_NONE) {
      let_go();
      co_return IoResult{0};
    }
    if (kind == SSL_ERROR_WANT_READ) {
      IoResult got = co_await fill(socket);
      if (!got.ok()) co_return got;
    }
  }
}

Task<IoResult> TlsSession::recv(runtime::Socket& socket, std::span<char> into) {
  for (bool first = true;; first = false) {
    // Nothing is at hand: asking OpenSSL for it would cost more than the wait takes to begin.
    if (first && !pending() && !ended_ && out_end_ == 0 && !(SSL_get_shutdown(tls_) & SSL_RECEIVED_SHUTDOWN)) {
      IoResult got = co_await fill(socket);
      if (!got.ok()) co_return got;
    }
    ERR_clear_error();
    std::size_t read = 0;
    const int outcome = SSL_read_ex(tls_, into.data(), into.size(), &read);
    if (outcome == 1) {
      let_go();
      co_return IoResult{static_cast<std::int64_t>(read)};
    }
    const int kind = SSL_get_error(tls_, outcome);
    if (kind != SSL_ERROR_WANT_READ && kind != SSL_ERROR_WANT_WRITE) {
      let_go();
      co_return fail(outcome);
    }
    if (out_end_ > 0 && writing_.in_use() == 0) {
      IoResult flushed = co_await flush(socket);
      if (flushed.error() == ECANCELED || flushed.error() == ETIMEDOUT) co_return flushed;
      // To a peer that is gone nothing can be sent, but why it went may still be there to be read.
      if (!flushed.ok()) out_end_ = 0;
    }
    if (kind == SSL_ERROR_WANT_READ) {
      IoResult got = co_await fill(socket);
      if (!got.ok()) co_return got;
    }
  }
}

// Encrypts into out_ what fits there and takes it off `text`. Result 0, or an error.
IoResult TlsSession::encrypt(std::string_view& text) noexcept {
  while (!text.empty()) {
    ERR_clear_error();
    std::size_t written = 0;
    const int outcome = SSL_write_ex(tls_, text.data(), text.size(), &written);
    if (outcome == 1) {
      text.remove_prefix(written);
      continue;
    }
    const int kind = SSL_get_error(tls_, outcome);
    if (kind != SSL_ERROR_WANT_WRITE && kind != SSL_ERROR_WANT_READ) return fail(outcome);
    return {out_ ? 0 : -ENOBUFS};
  }
  return {0};
}

Task<IoResult> TlsSession::send(runtime::Socket& socket, std::span<const iovec> parts) {
  constexpr std::size_t one_record = 15 * 1024;
  std::size_t total = 0;
  for (const iovec& part : parts) total += part.iov_len;
  runtime::BufferPool& pool = runtime::Loop::current().buffers();
  // A long message in few system calls; a head and its body in one record.
  if (total > one_record && !out_) out_ = pool.large();
  runtime::Buffer together{};
  if (parts.size() > 1 && total <= one_record) together = pool.small();
  if (together) {
    char* to = together.data();
    for (const iovec& part : parts) {
      if (part.iov_len) std::memcpy(to, part.iov_base, part.iov_len);
      to += part.iov_len;
    }
  }
  const iovec whole{together.data(), total};
  if (together) parts = std::span<const iovec>(&whole, 1);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::string_view text(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
    const bool last = i + 1 == parts.size();
    do {
      const IoResult encrypted = encrypt(text);
      if (!encrypted.ok()) co_return encrypted;
      if (text.empty() && !last) break;
      IoResult flushed = co_await flush(socket);
      if (!flushed.ok()) co_return flushed;
    } while (!text.empty());
  }
  co_return IoResult{static_cast<std::int64_t>(total)};
}

void TlsSession::close(runtime::Socket& socket) noexcept {
  ERR_clear_error();
  if (!SSL_is_init_finished(tls_) || writing_.in_use() > 0) return;
  SSL_shutdown(tls_);
  ERR_clear_error();
  if (out_end_ == 0) return;
  const iovec part{out_.data(), out_end_};
  static_cast<void>(socket.try_send(std::span<const iovec>(&part, 1)));
  out_end_ = 0;
  out_.give_back();
}

bool TlsSession::idle_clean(runtime::Socket& socket) noexcept {
  if (ended_ || SSL_pending(tls_) > 0) return false;
  if (socket.idle_clean()) return in_at_ == in_end_;
  if (!in_) in_ = runtime::Loop::current().buffers().small();
  if (!in_) return false;
  in_at_ = in_end_ = 0;
  IoResult got = socket.try_recv(in_.span());
  if (got.n <= 0) return false;
  in_end_ = static_cast<std::size_t>(got.n);
  ERR_clear_error();
  char byte = 0;
  std::size_t read = 0;
  const int outcome = SSL_peek_ex(tls_, &byte, 1, &read);
  const bool clean = outcome != 1 && SSL_get_error(tls_, outcome) == SSL_ERROR_WANT_READ && socket.idle_clean();
  ERR_clear_error();
  let_go();
  return clean;
}

}  // namespace arint::http
