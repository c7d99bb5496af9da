// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/crypto/sign.hpp"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include <algorithm>

namespace arint::security::crypto {
namespace {

using EcdsaParts = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;

Error failed() {
  ERR_clear_error();
  return {Fault::refused, "the key cannot make this signature"};
}

// r and s side by side, to and from the DER that OpenSSL speaks (RFC 3279, 2.2.3).
bool to_der(std::string_view raw, std::size_t size, std::string& out) {
  if (raw.size() != 2 * size) return false;
  auto zero = [](std::string_view part) { return std::all_of(part.begin(), part.end(), [](char c) { return c == 0; }); };
  // CVE-2022-21449: a signature of zeros must not come near an implementation that might take it.
  if (zero(raw.substr(0, size)) || zero(raw.substr(size))) return false;
  EcdsaParts parts(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(data_of(raw), static_cast<int>(size), nullptr);
  BIGNUM* s = BN_bin2bn(data_of(raw) + size, static_cast<int>(size), nullptr);
  invariant(parts && r && s && ECDSA_SIG_set0(parts.get(), r, s) == 1, "two numbers are a signature");
  unsigned char* der = nullptr;
  int length = i2d_ECDSA_SIG(parts.get(), &der);
  invariant(length > 0, "a signature has a DER form");
  out.assign(reinterpret_cast<char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return true;
}

bool from_der(std::string_view der, std::size_t size, std::string& out) {
  const unsigned char* at = data_of(der);
  EcdsaParts parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!parts) return false;
  out.assign(2 * size, '\0');
  return BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), data_of(out), static_cast<int>(size)) > 0 &&
         BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), data_of(out) + size, static_cast<int>(size)) > 0;
}

bool prepare(EVP_PKEY_CTX* context, Signing how, Hash hash) {
  if (EVP_PKEY_CTX_set_signature_md(context, fetched(hash)) != 1) return false;
  if (how == Signing::rsa_pkcs1) return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  if (how != Signing::rsa_pss) return true;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, fetched(hash)) == 1;
}

}  // namespace

bool fits(Signing how, const Key& key, bool to_sign) noexcept {
  if (to_sign && !key.can_sign()) return false;
  switch (how) {
    case Signing::hmac: return key.kind() == Kind::oct;
    case Signing::rsa_pkcs1: return key.kind() == Kind::rsa;
    case Signing::rsa_pss: return key.kind() == Kind::rsa || key.kind() == Kind::rsa_pss;
    case Signing::ecdsa: return key.kind() == Kind::ec;
    case Signing::eddsa: return key.kind() == Kind::ed;
  }
  return false;
}

Result<std::string> sign(Signing how, Hash hash, const Key& key, std::string_view input) {
  invariant(fits(how, key, true), "a key signs with an algorithm of its kind");
  if (how == Signing::hmac) return hmac(hash, key.secret(), input);
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key.pkey()));
  std::string out(size, '\0');
  if (how == Signing::eddsa) {
    MdContext context(EVP_MD_CTX_new());
    if (EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key.pkey(), nullptr) != 1 ||
        EVP_DigestSign(context.get(), data_of(out), &size, data_of(input), input.size()) != 1)
      return failed();
    out.resize(size);
    return out;
  }
  std::string hashed = digest(hash, input);
  PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.pkey(), nullptr));
  if (!context || EVP_PKEY_sign_init(context.get()) != 1 || !prepare(context.get(), how, hash) ||
      EVP_PKEY_sign(context.get(), data_of(out), &size, data_of(hashed), hashed.size()) != 1)
    return failed();
  out.resize(size);
  if (how != Signing::ecdsa) return out;
  std::string raw;
  if (!from_der(out, size_of(key.curve()), raw)) return failed();
  return raw;
}

bool verify(Signing how, Hash hash, const Key& key, std::string_view input, std::string_view signature) {
  invariant(fits(how, key, false), "a key verifies with an algorithm of its kind");
  if (how == Signing::hmac) return same_bytes(hmac(hash, key.secret(), input), signature);
  bool good = false;
  if (how == Signing::eddsa) {
    MdContext context(EVP_MD_CTX_new());
    good = EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key.pkey(), nullptr) == 1 &&
           EVP_DigestVerify(context.get(), data_of(signature), signature.size(), data_of(input), input.size()) == 1;
  } else {
    std::string der;
    if (how == Signing::ecdsa && !to_der(signature, size_of(key.curve()), der)) return false;
    // RFC 8017, 8.1.2 and 8.2.2: exactly as long as the modulus.
    if (how != Signing::ecdsa && signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(key.pkey()))) return false;
    if (how == Signing::ecdsa) signature = der;
    std::string hashed = digest(hash, input);
    PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.pkey(), nullptr));
    good = context && EVP_PKEY_verify_init(context.get()) == 1 && prepare(context.get(), how, hash) &&
           EVP_PKEY_verify(context.get(), data_of(signature), signature.size(), data_of(hashed), hashed.size()) == 1;
  }
  // What a wrong signature leaves in the thread's queue would be read as the cause of the next TLS failure.
  if (!good) ERR_clear_error();
  return good;
}

}  // namespace arint::security::crypto
