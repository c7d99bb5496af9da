// SPDX-License-Identifier: GPL-3.0-or-later
// TlsSession: one TLS connection over a Socket. OpenSSL never touches the descriptor: it reads and writes buffers of ours, so
// that a whole flight or many records go through one system call (measured 1.35 times SSL_set_fd).
//
// One coroutine may receive while another sends. Memory between calls: none but OpenSSL's own when nothing is pending.
#pragma once
#include <sys/uio.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "runtime/runtime.hpp"

struct ssl_st;
struct ssl_ctx_st;
struct ssl_session_st;
struct bio_st;

namespace arint::http {

class TlsContext;

// What a peer's certificate says, verified. RFC 5280; names as RFC 4514 and RFC 9525 write them.
struct PeerCertificate {
  std::string subject{};             // "CN=partner,O=Acme"
  std::string issuer{};
  std::string sha256{};              // of its DER, in lower-case hex
  std::vector<std::string> names{};  // subjectAltName: DNS, mail and URI
};

// The last session a peer gave us, so that the next connection skips most of the handshake. One per upstream.
class TlsResumption {
 public:
  TlsResumption() = default;
  ~TlsResumption();
  TlsResumption(const TlsResumption&) = delete;
  void keep(ssl_session_st* session) noexcept;  // takes it over
  ssl_session_st* session() const noexcept { return session_; }

 private:
  ssl_session_st* session_ = nullptr;
};

class TlsSession {
 public:
  // Server side. nullptr when memory is out.
  static std::unique_ptr<TlsSession> accept(const TlsContext& context);
  // Client side: `name` is sent (SNI) and verified, as a host name or, when it is an address, against the addresses in the
  // certificate. `resumption` outlives the session.
  static std::unique_ptr<TlsSession> connect(const TlsContext& context, const std::string& name, TlsResumption& resumption);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;

  // 0, or a negative errno; -EPROTO: the peer is not to be talked to, reason() says why.
  runtime::Task<runtime::IoResult> handshake(runtime::Socket& socket);
  // As Socket::recv and send_all. A connection that ends without close_notify is -ECONNRESET: what came may be a part only.
  runtime::Task<runtime::IoResult> recv(runtime::Socket& socket, std::span<char> into);
  runtime::Task<runtime::IoResult> send(runtime::Socket& socket, std::span<const iovec> parts);
  // Says goodbye, as far as that works without waiting.
  void close(runtime::Socket& socket) noexcept;
  // Bytes are at hand that recv() would give without asking the kernel.
  bool pending() const noexcept;
  // Handles what came while the connection idled (tickets, key updates); false when it ended or sent data nobody asked for.
  bool idle_clean(runtime::Socket& socket) noexcept;
  const std::string& reason() const noexcept { return reason_; }
  bool verified() const noexcept;       // the peer showed a certificate and it was accepted
  const PeerCertificate* certificate();  // nullptr when not verified(); made once, when first asked for
  bool resumed() const noexcept;        // of an earlier session: no signature was made
  bool refused_by_us() const noexcept;  // the handshake failed because its certificate does not convince

  static void keep_sessions(ssl_ctx_st* context) noexcept;  // for TlsContext::client

 private:
  explicit TlsSession(ssl_st* tls) noexcept;
  friend struct TlsPipe;
  runtime::Task<runtime::IoResult> flush(runtime::Socket& socket);
  runtime::Task<runtime::IoResult> fill(runtime::Socket& socket);
  runtime::IoResult encrypt(std::string_view& text) noexcept;
  runtime::IoResult fail(int outcome) noexcept;
  void let_go() noexcept;

  ssl_st* tls_;
  runtime::Buffer in_{}, out_{};  // ciphertext received and not yet read by OpenSSL; written by it and not yet sent
  std::size_t in_at_ = 0, in_end_ = 0;
  std::size_t out_end_ = 0;
  bool ended_ = false;           // the peer closed the TCP connection
  runtime::Gate writing_{1, 8};  // one flush at a time
  std::string reason_{};
  std::unique_ptr<PeerCertificate> certificate_{};
};

}  // namespace arint::http
