// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/crypto/key.hpp"

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace arint::security::crypto {
namespace {

struct CurveFacts {
  Curve curve;
  std::string_view name;
  const char* group;  // OpenSSL's name: the group of an EC key, the type of an OKP key
  std::size_t size;
};
constexpr CurveFacts facts[] = {
    {Curve::none, "", "", 0},
    {Curve::p256, "P-256", "prime256v1", 32},
    {Curve::p384, "P-384", "secp384r1", 48},
    {Curve::p521, "P-521", "secp521r1", 66},
    {Curve::secp256k1, "secp256k1", "secp256k1", 32},
    {Curve::ed25519, "Ed25519", "ED25519", 32},
    {Curve::ed448, "Ed448", "ED448", 57},
    {Curve::x25519, "X25519", "X25519", 32},
    {Curve::x448, "X448", "X448", 56},
};
const CurveFacts& facts_of(Curve curve) noexcept { return facts[static_cast<std::size_t>(curve)]; }
bool is_ec(Curve curve) noexcept { return curve >= Curve::p256 && curve <= Curve::secp256k1; }

Error bad(const char* what) { return {Fault::malformed, what}; }

Number number(std::string_view bytes) { return Number(BN_bin2bn(data_of(bytes), static_cast<int>(bytes.size()), nullptr)); }

using Builder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;

Pkey made(const char* type, OSSL_PARAM_BLD* builder, bool with_private) {
  Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* out = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &out, with_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  return owned(out);
}

bool checked(EVP_PKEY* key, int (*check)(EVP_PKEY_CTX*)) {
  PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return context && check(context.get()) == 1;
}

std::string number_of(EVP_PKEY* key, const char* name, std::size_t size) {
  BIGNUM* raw = nullptr;
  invariant(EVP_PKEY_get_bn_param(key, name, &raw) == 1, "a key has its numbers");
  Number held(raw);
  std::string out(size ? size : static_cast<std::size_t>(BN_num_bytes(raw)), '\0');
  invariant(BN_bn2binpad(raw, data_of(out), static_cast<int>(out.size())) >= 0, "a coordinate has the size of its curve");
  return out;
}

// A PEM with a passphrase must not make OpenSSL ask on the terminal.
int no_passphrase(char*, int, int, void*) { return 0; }

}  // namespace

std::string_view name_of(Curve curve) noexcept { return facts_of(curve).name; }
std::size_t size_of(Curve curve) noexcept { return facts_of(curve).size; }
std::optional<Curve> curve_named(std::string_view name) noexcept {
  for (const CurveFacts& each : facts)
    if (each.curve != Curve::none && each.name == name) return each.curve;
  return std::nullopt;
}

Key Key::oct(Secret bytes) {
  Key out;
  out.secret_ = std::move(bytes);
  return out;
}

Result<Key> Key::rsa(const RsaParts& parts) {
  if (parts.n.size() > most_rsa_bits / 8 + 1 || parts.e.size() > 8) return bad("an RSA key has at most 8192 bits, and an exponent of at most 64");
  Number n = number(parts.n), e = number(parts.e), d, p, q, dp, dq, qi;
  if (!BN_is_odd(n.get()) || !BN_is_odd(e.get()) || BN_is_one(e.get())) return bad("the RSA modulus or its exponent is even, or the exponent is 1");
  Builder builder(OSSL_PARAM_BLD_new());
  bool good = OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1 &&
              OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1;
  auto add = [&](const char* name, std::string_view bytes, Number& held) {
    if (bytes.empty() || bytes.size() > most_rsa_bits / 8 + 1) return false;
    held = number(bytes);
    return OSSL_PARAM_BLD_push_BN(builder.get(), name, held.get()) == 1;
  };
  if (!parts.d.empty()) {
    good = good && add(OSSL_PKEY_PARAM_RSA_D, parts.d, d);
    // RFC 7518, 6.3.2: all of the other five, or none.
    if (!parts.p.empty() || !parts.q.empty() || !parts.dp.empty() || !parts.dq.empty() || !parts.qi.empty())
      good = good && add(OSSL_PKEY_PARAM_RSA_FACTOR1, parts.p, p) && add(OSSL_PKEY_PARAM_RSA_FACTOR2, parts.q, q) &&
             add(OSSL_PKEY_PARAM_RSA_EXPONENT1, parts.dp, dp) && add(OSSL_PKEY_PARAM_RSA_EXPONENT2, parts.dq, dq) &&
             add(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, parts.qi, qi);
  }
  if (!good) return bad("the private RSA key lacks one of p, q, dp, dq, qi, or one is too long");
  Pkey key = made("RSA", builder.get(), !parts.d.empty());
  if (!key) return bad("the numbers are no RSA key");
  return of(std::move(key));
}

Result<Key> Key::ec(Curve curve, std::string_view x, std::string_view y, std::string_view d) {
  const CurveFacts& about = facts_of(curve);
  if (!is_ec(curve) || x.size() != about.size || y.size() != about.size || (!d.empty() && d.size() != about.size))
    return bad("a coordinate or the private key has not the size of its curve");
  std::string point = "\x04" + std::string(x) + std::string(y);
  Builder builder(OSSL_PARAM_BLD_new());
  Number secret;
  bool good = OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, about.group, 0) == 1 &&
              OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1;
  if (!d.empty()) {
    secret = number(d);
    good = good && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get()) == 1;
  }
  Pkey key = good ? made("EC", builder.get(), !d.empty()) : nullptr;
  if (!key || !checked(key.get(), EVP_PKEY_public_check)) return bad("the point is not on its curve");
  if (!d.empty() && !checked(key.get(), EVP_PKEY_pairwise_check)) return bad("the private key does not belong to the public one");
  return of(std::move(key));
}

Result<Key> Key::okp(Curve curve, std::string_view x, std::string_view d) {
  const CurveFacts& about = facts_of(curve);
  if (curve == Curve::none || is_ec(curve) || x.size() != about.size || (!d.empty() && d.size() != about.size))
    return bad("the key has not the size of its curve");
  Pkey key = owned(d.empty() ? EVP_PKEY_new_raw_public_key_ex(nullptr, about.group, nullptr, data_of(x), x.size())
                             : EVP_PKEY_new_raw_private_key_ex(nullptr, about.group, nullptr, data_of(d), d.size()));
  if (!key) return bad("the bytes are no key of their curve");
  Result<Key> out = of(std::move(key));
  if (out && out->point_x() != x) return bad("the private key does not belong to the public one");
  return out;
}

Result<Key> Key::from_pem(std::string_view pem) {
  std::unique_ptr<BIO, Free<BIO_free>> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Pkey key;
  if (pem.find("PRIVATE KEY-----") != std::string_view::npos) {
    // What stands before it (a public key in the same text) is passed over.
    std::size_t line = pem.find("PRIVATE KEY-----");
    std::size_t start = pem.rfind("-----BEGIN ", line);
    if (start == std::string_view::npos) start = 0;
    bio.reset(BIO_new_mem_buf(pem.data() + start, static_cast<int>(pem.size() - start)));
    key = owned(PEM_read_bio_PrivateKey_ex(bio.get(), nullptr, no_passphrase, nullptr, nullptr, nullptr));
  } else if (pem.find("-----BEGIN CERTIFICATE-----") != std::string_view::npos) {
    std::unique_ptr<X509, Free<X509_free>> certificate(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
    if (certificate) key = owned(X509_get_pubkey(certificate.get()));
  } else {
    key = owned(PEM_read_bio_PUBKEY_ex(bio.get(), nullptr, no_passphrase, nullptr, nullptr, nullptr));
  }
  if (!key) return bad("the text is no key in PEM form (PUBLIC KEY, PRIVATE KEY without a passphrase, or CERTIFICATE)");
  return of(std::move(key));
}

Result<Key> Key::from_spki(std::string_view der) {
  const unsigned char* at = data_of(der);
  Pkey key = owned(d2i_PUBKEY_ex(nullptr, &at, static_cast<long>(der.size()), nullptr, nullptr));
  if (!key || at != data_of(der) + der.size()) return bad("the bytes are no SubjectPublicKeyInfo");
  return of(std::move(key));
}

Key Key::generate(Curve curve) {
  const CurveFacts& about = facts_of(curve);
  Pkey key = owned(is_ec(curve) ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", about.group) : EVP_PKEY_Q_keygen(nullptr, nullptr, about.group));
  invariant(key != nullptr, "OpenSSL makes keys of its curves");
  Result<Key> out = of(std::move(key));
  invariant(out.ok(), "a generated key is one");
  return *out;
}

Result<Key> Key::of(Pkey pkey) {
  Key out;
  EVP_PKEY* key = pkey.get();
  if (EVP_PKEY_is_a(key, "RSA")) out.kind_ = Kind::rsa;
  else if (EVP_PKEY_is_a(key, "RSA-PSS")) out.kind_ = Kind::rsa_pss;
  else if (EVP_PKEY_is_a(key, "EC")) out.kind_ = Kind::ec;
  else if (EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "ED448")) out.kind_ = Kind::ed;
  else if (EVP_PKEY_is_a(key, "X25519") || EVP_PKEY_is_a(key, "X448")) out.kind_ = Kind::x;
  else return bad("the key is neither RSA nor EC, Ed25519, Ed448, X25519 or X448");
  if (out.kind_ == Kind::ec) {
    char group[64] = {};
    std::size_t size = 0;
    if (EVP_PKEY_get_group_name(key, group, sizeof group, &size) != 1) return bad("the EC key has no named curve");
    for (const CurveFacts& each : facts)
      if (is_ec(each.curve) && std::string_view(group) == each.group) out.curve_ = each.curve;
    if (out.curve_ == Curve::none) return bad("the curve is none of P-256, P-384, P-521, secp256k1");
  } else {
    for (const CurveFacts& each : facts)
      if (each.curve > Curve::secp256k1 && EVP_PKEY_is_a(key, each.group)) out.curve_ = each.curve;
  }
  if ((out.kind_ == Kind::rsa || out.kind_ == Kind::rsa_pss) && EVP_PKEY_get_bits(key) > most_rsa_bits) return bad("the RSA key has over 8192 bits");
  // Whether there is a private part is asked of the key itself, not of how it came.
  if (out.curve_ > Curve::secp256k1) {
    std::size_t size = 0;
    out.private_ = EVP_PKEY_get_raw_private_key(key, nullptr, &size) == 1;
  } else {
    BIGNUM* secret = nullptr;
    out.private_ = EVP_PKEY_get_bn_param(key, out.kind_ == Kind::ec ? OSSL_PKEY_PARAM_PRIV_KEY : OSSL_PKEY_PARAM_RSA_D, &secret) == 1;
    BN_clear_free(secret);
  }
  out.pkey_ = std::move(pkey);
  return out;
}

int Key::bits() const noexcept { return kind_ == Kind::oct ? static_cast<int>(secret().size() * 8) : EVP_PKEY_get_bits(pkey_.get()); }

std::string Key::point_x() const {
  if (kind_ == Kind::ec) return number_of(pkey_.get(), OSSL_PKEY_PARAM_EC_PUB_X, size_of(curve_));
  std::string out(size_of(curve_), '\0');
  std::size_t size = out.size();
  invariant(EVP_PKEY_get_raw_public_key(pkey_.get(), data_of(out), &size) == 1 && size == out.size(), "an OKP key has a public part");
  return out;
}
std::string Key::point_y() const { return number_of(pkey_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, size_of(curve_)); }
std::string Key::modulus() const { return number_of(pkey_.get(), OSSL_PKEY_PARAM_RSA_N, 0); }
std::string Key::exponent() const { return number_of(pkey_.get(), OSSL_PKEY_PARAM_RSA_E, 0); }

}  // namespace arint::security::crypto
