// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/jose/algorithm.hpp"

namespace arint::security::jose {
namespace {

using crypto::Curve;
using crypto::Hash;
using crypto::Key;
using crypto::Kind;
using crypto::RsaPadding;
using crypto::Signing;

constexpr int least_rsa_bits = 2048;

constexpr SignatureAlgorithm signatures[] = {
    {"HS256", Signing::hmac, Hash::sha256, Curve::none},      {"HS384", Signing::hmac, Hash::sha384, Curve::none},
    {"HS512", Signing::hmac, Hash::sha512, Curve::none},      {"RS256", Signing::rsa_pkcs1, Hash::sha256, Curve::none},
    {"RS384", Signing::rsa_pkcs1, Hash::sha384, Curve::none}, {"RS512", Signing::rsa_pkcs1, Hash::sha512, Curve::none},
    {"PS256", Signing::rsa_pss, Hash::sha256, Curve::none},   {"PS384", Signing::rsa_pss, Hash::sha384, Curve::none},
    {"PS512", Signing::rsa_pss, Hash::sha512, Curve::none},   {"ES256", Signing::ecdsa, Hash::sha256, Curve::p256},
    {"ES384", Signing::ecdsa, Hash::sha384, Curve::p384},     {"ES512", Signing::ecdsa, Hash::sha512, Curve::p521},
    {"ES256K", Signing::ecdsa, Hash::sha256, Curve::secp256k1}, {"EdDSA", Signing::eddsa, Hash::sha512, Curve::none},
};

constexpr KeyAlgorithm keys[] = {
    {"dir", Management::direct},
    {"RSA1_5", Management::rsa, 0, RsaPadding::pkcs1, Hash::sha256, true},
    {"RSA-OAEP", Management::rsa, 0, RsaPadding::oaep_sha1},
    {"RSA-OAEP-256", Management::rsa, 0, RsaPadding::oaep_sha256},
    {"A128KW", Management::wrap, 16},
    {"A192KW", Management::wrap, 24},
    {"A256KW", Management::wrap, 32},
    {"A128GCMKW", Management::gcm_wrap, 16},
    {"A192GCMKW", Management::gcm_wrap, 24},
    {"A256GCMKW", Management::gcm_wrap, 32},
    {"ECDH-ES", Management::agree},
    {"ECDH-ES+A128KW", Management::agree_and_wrap, 16},
    {"ECDH-ES+A192KW", Management::agree_and_wrap, 24},
    {"ECDH-ES+A256KW", Management::agree_and_wrap, 32},
    {"PBES2-HS256+A128KW", Management::password, 16, RsaPadding{}, Hash::sha256},
    {"PBES2-HS384+A192KW", Management::password, 24, RsaPadding{}, Hash::sha384},
    {"PBES2-HS512+A256KW", Management::password, 32, RsaPadding{}, Hash::sha512},
};

constexpr ContentAlgorithm contents[] = {
    {"A128CBC-HS256", {false, 32, Hash::sha256}}, {"A192CBC-HS384", {false, 48, Hash::sha384}}, {"A256CBC-HS512", {false, 64, Hash::sha512}},
    {"A128GCM", {true, 16, Hash::sha256}},        {"A192GCM", {true, 24, Hash::sha256}},        {"A256GCM", {true, 32, Hash::sha256}},
};

template <class T>
const T* named(std::span<const T> all, std::string_view name) noexcept {
  for (const T& each : all)
    if (each.name == name) return &each;
  return nullptr;
}

}  // namespace

std::span<const SignatureAlgorithm> signature_algorithms() noexcept { return signatures; }
std::span<const KeyAlgorithm> key_algorithms() noexcept { return keys; }
std::span<const ContentAlgorithm> content_algorithms() noexcept { return contents; }
const SignatureAlgorithm* signature_algorithm(std::string_view name) noexcept { return named(signature_algorithms(), name); }
const KeyAlgorithm* key_algorithm(std::string_view name) noexcept { return named(key_algorithms(), name); }
const ContentAlgorithm* content_algorithm(std::string_view name) noexcept { return named(content_algorithms(), name); }

bool fits(const SignatureAlgorithm& algorithm, const Key& key, bool with_private) noexcept {
  if (!crypto::fits(algorithm.how, key, with_private)) return false;
  switch (algorithm.how) {
    case Signing::hmac: return key.secret().size() >= size_of(algorithm.hash);
    case Signing::rsa_pkcs1:
    case Signing::rsa_pss: return key.bits() >= least_rsa_bits;
    case Signing::ecdsa: return key.curve() == algorithm.curve;
    case Signing::eddsa: return true;
  }
  return false;
}

bool fits(const KeyAlgorithm& algorithm, const ContentAlgorithm& content, const Key& key, bool with_private) noexcept {
  switch (algorithm.how) {
    case Management::direct: return key.kind() == Kind::oct && key.secret().size() == content.content.key_bytes;
    case Management::rsa: return key.kind() == Kind::rsa && key.bits() >= least_rsa_bits && (!with_private || key.can_sign());
    case Management::wrap:
    case Management::gcm_wrap: return key.kind() == Kind::oct && key.secret().size() == algorithm.wrap_bytes;
    case Management::agree:
    case Management::agree_and_wrap:
      return ((key.kind() == Kind::ec && key.curve() != Curve::secp256k1) || key.kind() == Kind::x) && (!with_private || key.can_sign());
    case Management::password: return key.kind() == Kind::oct && !key.secret().empty();
  }
  return false;
}

}  // namespace arint::security::jose
