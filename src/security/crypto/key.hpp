// SPDX-License-Identifier: GPL-3.0-or-later
// Key: key material, checked when it is made. Immutable and cheap to copy; used by all threads.
//
// What is refused at making: a point that is not on its curve, a private key that does not belong to its public one (EC, OKP), an
// RSA modulus over 8192 bits (one verification would take a core's millisecond and more). Which sizes an algorithm allows is asked
// when the key is used with it: crypto/sign.hpp, jose/algorithm.hpp.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "security/crypto/library.hpp"

namespace arint::security::crypto {

enum class Kind { oct, rsa, rsa_pss, ec, ed, x };
enum class Curve { none, p256, p384, p521, secp256k1, ed25519, ed448, x25519, x448 };

std::string_view name_of(Curve curve) noexcept;  // as JWK names it (RFC 7518, 6.2.1.1; RFC 8037, 2): "P-256", "Ed25519"
std::optional<Curve> curve_named(std::string_view name) noexcept;
std::size_t size_of(Curve curve) noexcept;       // bytes of a coordinate, or of an OKP public key

// Big-endian numbers; `d` and what follows may be empty.
struct RsaParts {
  std::string_view n{}, e{}, d{}, p{}, q{}, dp{}, dq{}, qi{};
};

class Key {
 public:
  static constexpr int most_rsa_bits = 8192;

  static Key oct(Secret bytes);
  static Result<Key> rsa(const RsaParts& parts);
  static Result<Key> ec(Curve curve, std::string_view x, std::string_view y, std::string_view d = {});  // coordinates of the curve's size
  static Result<Key> okp(Curve curve, std::string_view x, std::string_view d = {});
  // PEM: SubjectPublicKeyInfo, PKCS #8 without a passphrase, PKCS #1, SEC 1, or a certificate's key.
  static Result<Key> from_pem(std::string_view pem);
  static Result<Key> from_spki(std::string_view der);
  // A fresh pair: P-256, P-384, P-521, X25519, X448, Ed25519, Ed448.
  static Key generate(Curve curve);

  Kind kind() const noexcept { return kind_; }
  Curve curve() const noexcept { return curve_; }
  bool can_sign() const noexcept { return kind_ == Kind::oct || private_; }  // holds the private or secret part
  int bits() const noexcept;                       // of the modulus, of the secret
  const std::string& secret() const noexcept { return secret_.reveal(); }  // oct only
  EVP_PKEY* pkey() const noexcept { return pkey_.get(); }
  std::string point_x() const;                     // EC and OKP: the public coordinates
  std::string point_y() const;
  std::string modulus() const;                     // RSA, without leading zeros
  std::string exponent() const;

 private:
  static Result<Key> of(Pkey pkey);
  Kind kind_ = Kind::oct;
  Curve curve_ = Curve::none;
  bool private_ = false;
  Secret secret_{};
  Pkey pkey_{};
};

}  // namespace arint::security::crypto
