// SPDX-License-Identifier: GPL-3.0-or-later
// The algorithms of JWS and JWE as one table: RFC 7518, 3.1, 4.1 and 5.1; EdDSA and X25519/X448 of RFC 8037; ES256K of RFC 8812.
// `none` is in no table, so it is refused like any other name that means nothing.
#pragma once
#include <span>
#include <string_view>

#include "security/crypto/agree.hpp"
#include "security/crypto/cipher.hpp"
#include "security/crypto/sign.hpp"

namespace arint::security::jose {

struct SignatureAlgorithm {
  std::string_view name;
  crypto::Signing how;
  crypto::Hash hash;
  crypto::Curve curve;  // ECDSA only
};

enum class Management { direct, rsa, wrap, gcm_wrap, agree, agree_and_wrap, password };
struct KeyAlgorithm {
  std::string_view name;
  Management how;
  std::size_t wrap_bytes = 0;  // of the AES key that wraps
  crypto::RsaPadding padding{};
  crypto::Hash hash{};         // of the password derivation
  bool legacy = false;         // only where it is named on purpose
};

struct ContentAlgorithm {
  std::string_view name;
  crypto::Content content;
};

std::span<const SignatureAlgorithm> signature_algorithms() noexcept;
std::span<const KeyAlgorithm> key_algorithms() noexcept;
std::span<const ContentAlgorithm> content_algorithms() noexcept;

// nullptr: no such algorithm.
const SignatureAlgorithm* signature_algorithm(std::string_view name) noexcept;
const KeyAlgorithm* key_algorithm(std::string_view name) noexcept;
const ContentAlgorithm* content_algorithm(std::string_view name) noexcept;

// Whether the key is one for this algorithm, with the sizes that RFC 7518 asks: RSA at least 2048 bits (3.3, 3.5, 4.2, 4.3), HMAC at
// least as long as the hash (3.2), ECDSA its one curve (3.4). `with_private`: to sign, to open.
bool fits(const SignatureAlgorithm& algorithm, const crypto::Key& key, bool with_private) noexcept;
bool fits(const KeyAlgorithm& algorithm, const ContentAlgorithm& content, const crypto::Key& key, bool with_private) noexcept;

}  // namespace arint::security::jose
