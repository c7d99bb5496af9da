// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "base/result.hpp"

namespace arint {
namespace {

constexpr std::array<std::string_view, 5> names{"sha-256", "sha-384", "sha-512", "sha-1", "md5"};

// Fetched once: a look-up per call costs 200 ns.
const EVP_MD* algorithm_named(std::string_view name) {
  static const std::array<const EVP_MD*, names.size()> fetched{
      EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_fetch(nullptr, "SHA384", nullptr), EVP_MD_fetch(nullptr, "SHA512", nullptr),
      EVP_MD_fetch(nullptr, "SHA1", nullptr), EVP_MD_fetch(nullptr, "MD5", nullptr)};
  auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? nullptr : fetched[static_cast<std::size_t>(found - names.begin())];
}

}  // namespace

std::span<const std::string_view> hash_names() noexcept { return names; }

Digest sha256(std::string_view bytes) {
  static const EVP_MD* const algorithm = algorithm_named("sha-256");
  Digest out;
  invariant(EVP_Digest(bytes.data(), bytes.size(), out.data(), nullptr, algorithm, nullptr) == 1, "SHA-256 is always there");
  return out;
}

bool hash(std::string_view algorithm, std::string_view bytes, std::string& out) {
  const EVP_MD* known = algorithm_named(algorithm);
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (!known || EVP_Digest(bytes.data(), bytes.size(), raw, &size, known, nullptr) != 1) return false;
  out.assign(reinterpret_cast<const char*>(raw), size);
  return true;
}

bool hmac(std::string_view algorithm, std::string_view key, std::string_view bytes, std::string& out) {
  const EVP_MD* known = algorithm_named(algorithm);
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  // A null key would mean "the key of the call before".
  const void* key_bytes = key.empty() ? "" : key.data();
  if (!known || !HMAC(known, key_bytes, static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), raw, &size))
    return false;
  out.assign(reinterpret_cast<const char*>(raw), size);
  return true;
}

}  // namespace arint
