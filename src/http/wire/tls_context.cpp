// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/wire/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cstring>

#include "http/wire/tls_session.hpp"

namespace arint::http {
namespace {

constexpr unsigned char protocols[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

// RFC 7301, 3.2: a caller that offers protocols, but none of ours, is refused rather than misunderstood.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered, unsigned offered_size, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, protocols, sizeof protocols, offered, offered_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

void apply_policy(SSL_CTX* context, TlsVersion least) {
  SSL_CTX_set_min_proto_version(context, least == TlsVersion::tls13 ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!PSK");
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // Buffers inside OpenSSL (34 KiB) go back while a connection idles.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
}

Error rejected(const char* what, const std::string& file) {
  return {Fault::rejected, std::string("TLS: cannot use ") + what + " " + file + ": " + tls_reason() + "."};
}

Result<void> load_identity(SSL_CTX* context, const std::string& certificate, const std::string& key) {
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1) return rejected("the certificate", certificate);
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) return rejected("the key", key);
  if (SSL_CTX_check_private_key(context) != 1) return rejected("the key with its certificate,", key);
  return {};
}

}  // namespace

std::string tls_reason() {
  std::string out = "unknown reason";
  // The newest entry is the most general one; the oldest says what really happened.
  if (unsigned long code = ERR_get_error()) {
    const char* reason = ERR_GET_LIB(code) == ERR_LIB_SYS ? std::strerror(ERR_GET_REASON(code)) : ERR_reason_error_string(code);
    if (reason) out = reason;
  }
  ERR_clear_error();
  return out;
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

Result<std::shared_ptr<TlsContext>> TlsContext::server(const TlsServerOptions& options) {
  ERR_clear_error();
  std::shared_ptr<TlsContext> out(new TlsContext(SSL_CTX_new(TLS_server_method())));
  SSL_CTX* context = out->get();
  apply_policy(context, options.least);
  if (Result<void> loaded = load_identity(context, options.certificate_file, options.key_file); !loaded) return loaded.error();
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>("arint"), 5);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // tickets carry the state: nothing to keep, nothing to fill
  SSL_CTX_set_num_tickets(context, 1);
  if (!options.client_ca_file.empty()) {
    if (SSL_CTX_load_verify_locations(context, options.client_ca_file.c_str(), nullptr) != 1)
      return rejected("the authorities", options.client_ca_file);
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(options.client_ca_file.c_str()));
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return out;
}

Result<std::shared_ptr<TlsContext>> TlsContext::client(const TlsClientOptions& options) {
  ERR_clear_error();
  std::shared_ptr<TlsContext> out(new TlsContext(SSL_CTX_new(TLS_client_method())));
  SSL_CTX* context = out->get();
  apply_policy(context, options.least);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (options.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context);
  } else if (SSL_CTX_load_verify_locations(context, options.ca_file.c_str(), nullptr) != 1) {
    return rejected("the authorities", options.ca_file);
  }
  if (!options.certificate_file.empty())
    if (Result<void> loaded = load_identity(context, options.certificate_file, options.key_file); !loaded) return loaded.error();
  SSL_CTX_set_alpn_protos(context, protocols, sizeof protocols);
  TlsSession::keep_sessions(context);
  return out;
}

}  // namespace arint::http
