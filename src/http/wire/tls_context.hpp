// SPDX-License-Identifier: GPL-3.0-or-later
// TlsContext: certificates, authorities and policy for many TLS connections; made once, shared by all loops.
//
// Policy as RFC 9325: TLS 1.2 and 1.3 only; in 1.2 ephemeral key exchange and AEAD only; no renegotiation, no compression.
// A peer's certificate is always verified when we call: there is no switch for it.
#pragma once
#include <memory>
#include <string>

#include "base/result.hpp"

struct ssl_ctx_st;

namespace arint::http {

enum class TlsVersion : std::uint8_t { tls12, tls13 };

struct TlsServerOptions {
  std::string certificate_file{};  // PEM: our certificate, then the intermediate ones
  std::string key_file{};          // PEM
  std::string client_ca_file{};    // PEM: callers must show a certificate of these authorities; "" = none is asked for
  TlsVersion least = TlsVersion::tls12;
};

struct TlsClientOptions {
  std::string ca_file{};           // PEM: authorities to trust instead of the system's
  std::string certificate_file{};  // PEM: ours, when the peer asks for one
  std::string key_file{};
  TlsVersion least = TlsVersion::tls12;
};

class TlsContext {
 public:
  // Faults: rejected, naming the file that cannot be read or does not fit.
  static Result<std::shared_ptr<TlsContext>> server(const TlsServerOptions& options);
  static Result<std::shared_ptr<TlsContext>> client(const TlsClientOptions& options);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  ssl_ctx_st* get() const noexcept { return context_; }

 private:
  explicit TlsContext(ssl_ctx_st* context) noexcept : context_(context) {}
  ssl_ctx_st* context_;
};

// The reason OpenSSL gives for its last failure on this thread, as a phrase; empties its queue.
std::string tls_reason();

}  // namespace arint::http
