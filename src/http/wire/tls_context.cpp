// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/wire/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "http/wire/tls_session.hpp"

namespace arint::http {
namespace fs = std::filesystem;
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

// The names in a certificate: RFC 9525, 6.3; without any, the common name, as old authorities wrote them.
std::vector<std::string> names_in(X509* certificate) {
  std::vector<std::string> out;
  auto* list = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(list); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(list, i);
    if (name->type != GEN_DNS) continue;
    out.push_back(lower({reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)), static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName))}));
  }
  GENERAL_NAMES_free(list);
  char common[256];
  if (out.empty() && X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, common, sizeof common) > 0) out.push_back(lower(common));
  return out;
}

// Of what a ticket may be used for: who asked for other certificates, or for none, has another id.
void name_sessions(SSL_CTX* context, const TlsServerOptions& options) {
  std::string text = std::to_string(static_cast<int>(options.verify)) + "\n" + options.certificate_file + "\n";
  if (std::ifstream file(options.client_ca_file); file) text.append(std::istreambuf_iterator<char>(file), {});
  unsigned char id[32];
  unsigned size = sizeof id;
  EVP_Digest(text.data(), text.size(), id, &size, EVP_sha256(), nullptr);
  SSL_CTX_set_session_id_context(context, id, size);
}

}  // namespace

struct TlsCallbacks {
  // RFC 6066, 3. A name nobody has gets the first certificate: whether that will do is the caller's to say.
  static int choose_certificate(SSL* tls, int*, void* self) {
    const char* asked = SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name);
    if (!asked) return SSL_TLSEXT_ERR_OK;
    const TlsContext& context = *static_cast<const TlsContext*>(self);
    const std::string name = lower(asked);
    auto found = context.names_.find(name);
    if (const std::size_t dot = name.find('.'); found == context.names_.end() && dot != name.npos) found = context.names_.find("*" + name.substr(dot));
    if (found != context.names_.end()) SSL_set_SSL_CTX(tls, found->second);
    return SSL_TLSEXT_ERR_OK;
  }
  static int staple(SSL* tls, void* self) {
    const TlsContext& context = *static_cast<const TlsContext*>(self);
    if (SSL_get_SSL_CTX(tls) != context.context_) return SSL_TLSEXT_ERR_NOACK;  // it is about another certificate
    void* copy = OPENSSL_memdup(context.ocsp_.data(), context.ocsp_.size());
    if (!copy) return SSL_TLSEXT_ERR_NOACK;
    SSL_set_tlsext_status_ocsp_resp(tls, copy, static_cast<long>(context.ocsp_.size()));
    return SSL_TLSEXT_ERR_OK;
  }
};

// Once SNI has chosen, OpenSSL asks the chosen context alone: each has all of it.
Result<void> TlsContext::prepare(ssl_ctx_st* context, const TlsServerOptions& options, const std::string& certificate, const std::string& key) {
  apply_policy(context, options.least);
  if (Result<void> loaded = load_identity(context, certificate, key); !loaded) return loaded;
  for (std::string& name : names_in(SSL_CTX_get0_certificate(context))) names_.emplace(std::move(name), context);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  name_sessions(context, options);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // tickets carry the state: nothing to keep, nothing to fill
  SSL_CTX_set_num_tickets(context, 1);
  if (tickets_) tickets_->serve(context);
  if (options.verify == ClientCertificate::none) return {};
  if (SSL_CTX_load_verify_locations(context, options.client_ca_file.c_str(), nullptr) != 1) return rejected("the authorities", options.client_ca_file);
  SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(options.client_ca_file.c_str()));
  // Also optional ones must convince: RFC 8446, 4.4.2.4.
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (options.verify == ClientCertificate::required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
  return {};
}

Result<void> TlsContext::staple(const std::string& file) {
  std::ifstream input(file, std::ios::binary);
  if (!input) return Error{Fault::rejected, "TLS: cannot read the OCSP answer " + file + "."};
  ocsp_.assign(std::istreambuf_iterator<char>(input), {});
  const auto* at = reinterpret_cast<const unsigned char*>(ocsp_.data());
  OCSP_RESPONSE* answer = d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(ocsp_.size()));
  const bool fine = answer && OCSP_response_status(answer) == OCSP_RESPONSE_STATUS_SUCCESSFUL;
  OCSP_RESPONSE_free(answer);
  ERR_clear_error();
  if (!fine) return Error{Fault::rejected, "TLS: " + file + " is no successful OCSP answer in DER; `openssl ocsp -respout` writes one."};
  SSL_CTX_set_tlsext_status_cb(context_, TlsCallbacks::staple);
  SSL_CTX_set_tlsext_status_arg(context_, this);
  return {};
}

namespace {

// Whether authorities can be looked up one by one, by the hash of their name: `12345678.0`, as c_rehash and Debian make them.
bool hashed_folder() {
  std::error_code none;
  for (fs::directory_iterator at(X509_get_default_cert_dir(), none), end; !none && at != end; at.increment(none)) {
    const std::string name = at->path().filename().string();
    if (name.size() == 10 && name.ends_with(".0") && name.find_first_not_of("0123456789abcdef") == 8) return true;
  }
  return false;
}

// Shared by all contexts, and made when the first of them calls somebody: to read all authorities takes 30 ms and more than a mebibyte.
// Looked up one by one, unless a file or a folder was named to OpenSSL (SSL_CERT_FILE, SSL_CERT_DIR).
X509_STORE* system_authorities() {
  static X509_STORE* const store = [] {
    X509_STORE* made = X509_STORE_new();
    const bool named = std::getenv(X509_get_default_cert_file_env()) || std::getenv(X509_get_default_cert_dir_env());
    if (named || !hashed_folder()) X509_STORE_set_default_paths(made);
    else X509_LOOKUP_add_dir(X509_STORE_add_lookup(made, X509_LOOKUP_hash_dir()), nullptr, X509_FILETYPE_DEFAULT);
    ERR_clear_error();
    return made;
  }();
  return store;
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

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
  for (SSL_CTX* one : more_) SSL_CTX_free(one);
}

Result<std::shared_ptr<TlsContext>> TlsContext::server(const TlsServerOptions& options, std::shared_ptr<TlsTickets> tickets) {
  ERR_clear_error();
  std::shared_ptr<TlsContext> out(new TlsContext(SSL_CTX_new(TLS_server_method())));
  SSL_CTX* context = out->get();
  out->tickets_ = std::move(tickets);
  if (out->tickets_ && !out->tickets_->ready()) return Error{Fault::busy, "TLS: there are no random bytes for the keys of session tickets: " + tls_reason() + "."};
  if (Result<void> ready = out->prepare(context, options, options.certificate_file, options.key_file); !ready) return ready.error();
  if (!options.ocsp_file.empty())
    if (Result<void> stapled = out->staple(options.ocsp_file); !stapled) return stapled.error();
  for (const std::string& file : options.more_files) {
    out->more_.push_back(SSL_CTX_new(TLS_server_method()));
    if (Result<void> ready = out->prepare(out->more_.back(), options, file, file); !ready) return ready.error();
  }
  SSL_CTX_set_tlsext_servername_callback(context, TlsCallbacks::choose_certificate);
  SSL_CTX_set_tlsext_servername_arg(context, out.get());
  return out;
}

void TlsContext::about_to_call() const {
  if (trusts_system_) std::call_once(trusting_, [this] { SSL_CTX_set1_cert_store(context_, system_authorities()); });
}

Result<std::shared_ptr<TlsContext>> TlsContext::client(const TlsClientOptions& options) {
  ERR_clear_error();
  std::shared_ptr<TlsContext> out(new TlsContext(SSL_CTX_new(TLS_client_method())));
  SSL_CTX* context = out->get();
  apply_policy(context, options.least);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (options.ca_file.empty()) {
    out->trusts_system_ = true;
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
