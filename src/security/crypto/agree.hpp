// SPDX-License-Identifier: GPL-3.0-or-later
// How two sides come to one key: RSA encryption, Diffie-Hellman with a derivation, a password.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "security/crypto/key.hpp"

namespace arint::security::crypto {

enum class RsaPadding {
  oaep_sha1,    // RSAES-OAEP with the default parameters (RFC 7518, 4.3)
  oaep_sha256,
  pkcs1,        // RSAES-PKCS1-v1_5: legacy, open to Bleichenbacher's attack where it is not opened as below
};

std::string rsa_encrypt(RsaPadding padding, const Key& key, std::string_view what);
// Always gives `size` bytes and never says that they are not what was encrypted: then they are random, and what they are used for
// fails (RFC 7516, 11.5). PKCS #1 is unpadded in constant time.
std::string rsa_decrypt(RsaPadding padding, const Key& key, std::string_view encrypted, std::size_t size);

// The shared secret Z of our private and their public key. nullopt: not on one curve, or Z is all zeros (X25519, X448: RFC 7748, 6).
std::optional<Secret> agree(const Key& ours, const Key& theirs);

// Concat KDF of NIST SP 800-56A, 5.8.1 with SHA-256, as RFC 7518, 4.6.2 fills it.
std::string concat_kdf(std::string_view shared, std::string_view algorithm, std::string_view party_u, std::string_view party_v, std::size_t bytes);

// PBKDF2 (RFC 8018, 5.2) with HMAC.
std::string pbkdf2(Hash hash, std::string_view password, std::string_view salt, std::uint32_t iterations, std::size_t bytes);

}  // namespace arint::security::crypto
