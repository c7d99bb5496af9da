// SPDX-License-Identifier: GPL-3.0-or-later
// Authenticated encryption and key wrapping. Opening gives the plaintext only after its authentication held; every failure is one
// and the same `false`, so that nobody learns from it which part was wrong.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "security/crypto/library.hpp"

namespace arint::security::crypto {

// What AES-GCM (SP 800-38D) and AES-CBC with HMAC (RFC 7518, 5.2) have in common.
struct Content {
  bool gcm = true;
  std::size_t key_bytes = 16;  // GCM: the AES key; CBC: HMAC key and AES key, each half
  Hash hash = Hash::sha256;    // CBC
  std::size_t iv_bytes() const noexcept { return gcm ? 12 : 16; }
  std::size_t tag_bytes() const noexcept { return gcm ? 16 : key_bytes / 2; }
};

struct Sealed {
  std::string ciphertext{}, tag{};
};

// `key` and `iv` have the sizes of `content`; an iv is used once with a key.
Sealed seal(const Content& content, std::string_view key, std::string_view iv, std::string_view aad, std::string_view plaintext);
// nullopt: not what was sealed under this key, iv and aad; also when a size is wrong.
std::optional<std::string> open(const Content& content, std::string_view key, std::string_view iv, std::string_view aad,
                                std::string_view ciphertext, std::string_view tag);

// AES Key Wrap (RFC 3394); the key has 16, 24 or 32 bytes, what is wrapped a multiple of eight.
std::string wrap(std::string_view key, std::string_view what);
std::optional<std::string> unwrap(std::string_view key, std::string_view wrapped);

}  // namespace arint::security::crypto
