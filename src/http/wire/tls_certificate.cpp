// SPDX-License-Identifier: GPL-3.0-or-later
// What the peer's certificate says.
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/text.hpp"
#include "http/wire/tls_session.hpp"

namespace arint::http {
namespace {

std::string text_of(const X509_NAME* name) {
  BIO* memory = BIO_new(BIO_s_mem());
  X509_NAME_print_ex(memory, name, 0, XN_FLAG_RFC2253);
  char* at = nullptr;
  const long size = BIO_get_mem_data(memory, &at);
  std::string out(at, size > 0 ? static_cast<std::size_t>(size) : 0);
  BIO_free(memory);
  return out;
}

}  // namespace

const PeerCertificate* TlsSession::certificate() {
  if (certificate_ || !verified()) return certificate_.get();
  X509* shown = SSL_get0_peer_certificate(tls_);
  auto out = std::make_unique<PeerCertificate>();
  out->subject = text_of(X509_get_subject_name(shown));
  out->issuer = text_of(X509_get_issuer_name(shown));
  unsigned char digest[32];
  unsigned size = sizeof digest;
  if (X509_digest(shown, EVP_sha256(), digest, &size) == 1) out->sha256 = hex({reinterpret_cast<const char*>(digest), size});
  auto* list = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(shown, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(list); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(list, i);
    if (name->type != GEN_DNS && name->type != GEN_EMAIL && name->type != GEN_URI) continue;
    out->names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.ia5)), static_cast<std::size_t>(ASN1_STRING_length(name->d.ia5)));
  }
  GENERAL_NAMES_free(list);
  certificate_ = std::move(out);
  return certificate_.get();
}

bool TlsSession::resumed() const noexcept { return SSL_session_reused(tls_) == 1; }

}  // namespace arint::http
