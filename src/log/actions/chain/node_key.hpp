// SPDX-License-Identifier: GPL-3.0-or-later
// The node's Ed25519 key (RFC 8032), as the chain of the action log needs it.
//
// The key is made at the first start: data/node.key (PKCS #8 PEM, mode 0600) and data/node.pub (SubjectPublicKeyInfo PEM).
// Keep a copy of node.pub elsewhere: who can write the data folder can put in a key of his own.
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.hpp"
#include "base/result.hpp"

struct evp_pkey_st;
struct evp_md_ctx_st;

namespace arint::log {

using Signature = std::array<std::uint8_t, 64>;

// Lower-case hexadecimal both ways; reading is strict about length and case.
std::string to_hex(const std::uint8_t* bytes, std::size_t size);
template <std::size_t n>
std::string to_hex(const std::array<std::uint8_t, n>& bytes) {
  return to_hex(bytes.data(), n);
}
bool from_hex(std::string_view text, std::uint8_t* to, std::size_t size) noexcept;

class PublicKey {
 public:
  static std::optional<PublicKey> from_raw(std::string_view hex);  // 64 hex digits
  static Result<PublicKey> read(const std::filesystem::path& pem);
  const std::string& raw_hex() const noexcept { return raw_hex_; }
  const std::string& id() const noexcept { return id_; }  // first 16 hex digits of the SHA-256 of the raw key
  bool verifies(std::string_view message, const Signature& signature) const;

 private:
  friend class NodeKey;
  explicit PublicKey(std::shared_ptr<evp_pkey_st> key);
  std::shared_ptr<evp_pkey_st> key_;
  std::string raw_hex_;
  std::string id_;
};

class NodeKey {
 public:
  // Reads `folder`/node.key, or makes it with its node.pub. Faults: refused (others may read the key, or no rights),
  // malformed (not an Ed25519 key), unreachable (disk).
  static Result<NodeKey> open(const std::filesystem::path& folder);
  const PublicKey& public_key() const noexcept { return public_; }
  Signature sign(std::string_view message) const;

 private:
  explicit NodeKey(std::shared_ptr<evp_pkey_st> key);
  static Result<NodeKey> create(const std::filesystem::path& folder);
  Result<void> write_public(const std::filesystem::path& file) const;
  std::shared_ptr<evp_pkey_st> key_;
  PublicKey public_;
};

}  // namespace arint::log
