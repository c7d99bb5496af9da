// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/crypto/library.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <array>

#include "base/result.hpp"

namespace arint::security::crypto {
namespace {

constexpr std::array<Hash, 4> hashes{Hash::sha1, Hash::sha256, Hash::sha384, Hash::sha512};

EVP_MAC* hmac_algorithm() {
  static EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  invariant(mac != nullptr, "OpenSSL has HMAC");
  return mac;
}

}  // namespace

std::size_t size_of(Hash hash) noexcept {
  switch (hash) {
    case Hash::sha1: return 20;
    case Hash::sha256: return 32;
    case Hash::sha384: return 48;
    case Hash::sha512: return 64;
  }
  return 0;
}

const char* name_of(Hash hash) noexcept {
  switch (hash) {
    case Hash::sha1: return "SHA1";
    case Hash::sha256: return "SHA256";
    case Hash::sha384: return "SHA384";
    case Hash::sha512: return "SHA512";
  }
  return "";
}

const EVP_MD* fetched(Hash hash) {
  static const std::array<EVP_MD*, hashes.size()> all = [] {
    std::array<EVP_MD*, hashes.size()> out{};
    for (Hash each : hashes) out[static_cast<std::size_t>(each)] = EVP_MD_fetch(nullptr, name_of(each), nullptr);
    return out;
  }();
  const EVP_MD* found = all[static_cast<std::size_t>(hash)];
  invariant(found != nullptr, "OpenSSL has SHA-1 and SHA-2");
  return found;
}

const EVP_CIPHER* fetched_cipher(const char* name) {
  constexpr std::array<const char*, 9> names{"AES-128-GCM", "AES-192-GCM", "AES-256-GCM", "AES-128-CBC", "AES-192-CBC",
                                             "AES-256-CBC", "AES-128-WRAP", "AES-192-WRAP", "AES-256-WRAP"};
  static const std::array<EVP_CIPHER*, names.size()> all = [&] {
    std::array<EVP_CIPHER*, names.size()> out{};
    for (std::size_t i = 0; i < names.size(); ++i) out[i] = EVP_CIPHER_fetch(nullptr, names[i], nullptr);
    return out;
  }();
  for (std::size_t i = 0; i < names.size(); ++i)
    if (std::string_view(name) == names[i]) return all[i];
  return nullptr;
}

std::string digest(Hash hash, std::string_view bytes) {
  std::string out(size_of(hash), '\0');
  unsigned size = 0;
  invariant(EVP_Digest(bytes.data(), bytes.size(), data_of(out), &size, fetched(hash), nullptr) == 1 && size == out.size(), "a hash hashes");
  return out;
}

std::string hmac(Hash hash, std::string_view key, std::string_view bytes) {
  std::unique_ptr<EVP_MAC_CTX, Free<EVP_MAC_CTX_free>> context(EVP_MAC_CTX_new(hmac_algorithm()));
  char name[8] = {};  // read up to its zero, whatever its size says
  std::string_view word = name_of(hash);
  word.copy(name, sizeof name);
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, word.size()), OSSL_PARAM_construct_end()};
  std::string out(size_of(hash), '\0');
  std::size_t size = 0;
  // A null pointer would mean "the key of before", also where the key is empty.
  const unsigned char nothing = 0;
  const unsigned char* bytes_of_key = key.empty() ? &nothing : data_of(key);
  bool done = context && EVP_MAC_init(context.get(), bytes_of_key, key.size(), parameters) == 1 &&
              EVP_MAC_update(context.get(), data_of(bytes), bytes.size()) == 1 &&
              EVP_MAC_final(context.get(), data_of(out), &size, out.size()) == 1;
  invariant(done && size == out.size(), "HMAC of SHA-2 is computed");
  return out;
}

bool same_bytes(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  invariant(RAND_priv_bytes(data_of(out), static_cast<int>(count)) == 1, "there is randomness");
  return out;
}

void wipe(std::string& bytes) noexcept {
  OPENSSL_cleanse(bytes.data(), bytes.size());
  bytes.clear();
}

}  // namespace arint::security::crypto
