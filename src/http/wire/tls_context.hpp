// SPDX-License-Identifier: GPL-3.0-or-later
// TlsContext: certificates, authorities and policy for many TLS connections; made once, shared by all loops.
//
// Policy as RFC 9325: TLS 1.2 and 1.3 only; in 1.2 ephemeral key exchange and AEAD only; no renegotiation, no compression.
// A peer's certificate is always verified when we call: there is no switch for it.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "http/wire/tls_tickets.hpp"

struct ssl_ctx_st;

namespace arint::http {

enum class TlsVersion : std::uint8_t { tls12, tls13 };

enum class ClientCertificate : std::uint8_t { none, optional, required };

struct TlsServerOptions {
  std::string certificate_file{};  // PEM: our certificate, then the intermediate ones
  std::string key_file{};          // PEM
  std::vector<std::string> more_files{};  // PEM, each with a certificate, the intermediate ones and its key: for the names in it
  std::string ocsp_file{};         // DER: what the authority's responder says of certificate_file, stapled to it (RFC 6066, 8)
  std::string client_ca_file{};    // PEM: authorities of callers' certificates
  ClientCertificate verify = ClientCertificate::none;  // not none: with client_ca_file
  TlsVersion least = TlsVersion::tls12;
  bool operator==(const TlsServerOptions&) const = default;
};

struct TlsClientOptions {
  std::string ca_file{};           // PEM: authorities to trust instead of the system's
  std::string certificate_file{};  // PEM: ours, when the peer asks for one
  std::string key_file{};
  TlsVersion least = TlsVersion::tls12;
};

class TlsContext {
 public:
  // Faults: rejected, naming the file that cannot be read or does not fit; busy: no random bytes for the tickets' keys.
  // Which certificate a caller gets goes by the name it asks for (SNI): the one that names it, else the one with a wildcard for it
  // (RFC 6125, 6.4.3: the first label alone), else the first. `tickets` null: sessions are resumed at this context only.
  static Result<std::shared_ptr<TlsContext>> server(const TlsServerOptions& options, std::shared_ptr<TlsTickets> tickets = nullptr);
  static Result<std::shared_ptr<TlsContext>> client(const TlsClientOptions& options);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  ssl_ctx_st* get() const noexcept { return context_; }
  // Before each session of a client's context: the first one reads whom the system trusts.
  void about_to_call() const;
  TlsTickets* tickets() const noexcept { return tickets_.get(); }

 private:
  explicit TlsContext(ssl_ctx_st* context) noexcept : context_(context) {}
  friend struct TlsCallbacks;
  Result<void> prepare(ssl_ctx_st* context, const TlsServerOptions& options, const std::string& certificate, const std::string& key);
  Result<void> staple(const std::string& file);

  ssl_ctx_st* context_;
  std::vector<ssl_ctx_st*> more_{};
  std::map<std::string, ssl_ctx_st*, std::less<>> names_{};  // lower case; "*.example" for wildcards
  std::string ocsp_{};
  std::shared_ptr<TlsTickets> tickets_{};
  bool trusts_system_ = false;
  mutable std::once_flag trusting_{};
};

// The reason OpenSSL gives for its last failure on this thread, as a phrase; empties its queue.
std::string tls_reason();

}  // namespace arint::http
