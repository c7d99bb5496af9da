// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/wire/tls_tickets.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include <cstring>
#include <string>

namespace arint::http {
namespace {

int tickets_index() {
  static const int out = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return out;
}

}  // namespace

// What OpenSSL calls for each ticket it makes or meets: 1 go on, 2 go on and give a new ticket, 0 a full handshake, -1 an error.
struct TicketCall {
  static int run(SSL* tls, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int sealing) {
    auto* tickets = static_cast<TlsTickets*>(SSL_get_ex_data(tls, tickets_index()));
    if (!tickets) return -1;
    TlsTickets::Key key;
    bool old = false;
    if (sealing) {
      if (!tickets->newest(key)) return -1;
      std::memcpy(name, key.name.data(), key.name.size());
      if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1) return -1;
    } else if (!tickets->find(name, key, old)) {
      return 0;
    }
    OSSL_PARAM params[] = {OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.mac.data(), key.mac.size()),
                           OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>("SHA256"), 0), OSSL_PARAM_construct_end()};
    const bool fine = EVP_MAC_CTX_set_params(mac, params) == 1 && EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key.cipher.data(), iv, sealing) == 1;
    OPENSSL_cleanse(&key, sizeof key);
    if (!fine) return -1;
    // RFC 8446, C.4: a ticket is for one use, so that whoever uses one is given the next. Where OpenSSL has the keys it does so by itself.
    return old || SSL_version(tls) == TLS1_3_VERSION ? 2 : 1;
  }
};

bool TlsTickets::random_bytes(unsigned char* to, std::size_t size) noexcept { return RAND_priv_bytes(to, static_cast<int>(size)) == 1; }

TlsTickets::TlsTickets(std::chrono::seconds rotate, Fill fill) : rotate_(rotate), fill_(fill) { renew(); }
TlsTickets::~TlsTickets() {
  OPENSSL_cleanse(&now_, sizeof now_);
  OPENSSL_cleanse(&before_, sizeof before_);
}

// With the lock held, or before anybody else knows of us.
bool TlsTickets::renew() {
  Key key;
  const bool made = fill_(key.name.data(), key.name.size()) && fill_(key.cipher.data(), key.cipher.size()) && fill_(key.mac.data(), key.mac.size());
  if (made) {
    has_before_ = has_now_ && std::chrono::steady_clock::now() - made_ < 2 * rotate_;
    before_ = now_;
    now_ = key;
    has_now_ = true;
    made_ = std::chrono::steady_clock::now();
  }
  OPENSSL_cleanse(&key, sizeof key);
  return made;
}

bool TlsTickets::ready() {
  std::lock_guard lock(mutex_);
  return has_now_ || renew();
}

bool TlsTickets::rotate() {
  std::lock_guard lock(mutex_);
  return renew();
}

bool TlsTickets::newest(Key& out) {
  std::lock_guard lock(mutex_);
  const bool due = !has_now_ || std::chrono::steady_clock::now() - made_ >= rotate_;
  if (due && !renew()) return false;
  out = now_;
  return true;
}

bool TlsTickets::find(const unsigned char* name, Key& out, bool& old) {
  std::lock_guard lock(mutex_);
  const auto age = std::chrono::steady_clock::now() - made_;
  const auto is = [&](const Key& key) { return std::memcmp(key.name.data(), name, key.name.size()) == 0; };
  if (has_now_ && is(now_) && age < 2 * rotate_) {
    out = now_;
    old = age >= rotate_;
    return true;
  }
  if (!has_before_ || age >= rotate_ || !is(before_)) return false;
  out = before_;
  return old = true;
}

void TlsTickets::serve(SSL_CTX* context) {
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, TicketCall::run);
  SSL_CTX_set_timeout(context, static_cast<long>(rotate_.count()));
}

void TlsTickets::lend(SSL* tls) { SSL_set_ex_data(tls, tickets_index(), this); }

}  // namespace arint::http
