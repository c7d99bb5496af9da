// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/crypto/cipher.hpp"

#include <openssl/err.h>

#include "base/result.hpp"

namespace arint::security::crypto {
namespace {

const EVP_CIPHER* aes(std::size_t key_bytes, const char* mode) {
  std::string name = "AES-" + std::to_string(key_bytes * 8) + mode;
  const EVP_CIPHER* found = fetched_cipher(name.c_str());
  invariant(found != nullptr, "OpenSSL has AES with keys of 16, 24 and 32 bytes");
  return found;
}

int length_of(std::string_view bytes) { return static_cast<int>(bytes.size()); }

// RFC 7518, 5.2.2.1: the tag over AAD, IV, ciphertext and the AAD's length in bits as eight bytes, cut to half of the hash.
std::string tag_of(const Content& content, std::string_view key, std::string_view iv, std::string_view aad, std::string_view ciphertext) {
  std::string all;
  all.reserve(aad.size() + iv.size() + ciphertext.size() + 8);
  all.append(aad).append(iv).append(ciphertext);
  std::uint64_t bits = static_cast<std::uint64_t>(aad.size()) * 8;
  for (int shift = 56; shift >= 0; shift -= 8) all += static_cast<char>(bits >> shift & 0xFF);
  return hmac(content.hash, key, all).substr(0, content.tag_bytes());
}

}  // namespace

Sealed seal(const Content& content, std::string_view key, std::string_view iv, std::string_view aad, std::string_view plaintext) {
  invariant(key.size() == content.key_bytes && iv.size() == content.iv_bytes(), "key and iv have the algorithm's sizes");
  std::string_view aes_key = content.gcm ? key : key.substr(key.size() / 2);
  CipherContext context(EVP_CIPHER_CTX_new());
  Sealed out;
  out.ciphertext.resize(plaintext.size() + 16);
  int first = 0, last = 0, ignored = 0;
  bool done = EVP_EncryptInit_ex2(context.get(), aes(aes_key.size(), content.gcm ? "-GCM" : "-CBC"), data_of(aes_key), data_of(iv), nullptr) == 1;
  if (content.gcm && !aad.empty()) done = done && EVP_EncryptUpdate(context.get(), nullptr, &ignored, data_of(aad), length_of(aad)) == 1;
  done = done && EVP_EncryptUpdate(context.get(), data_of(out.ciphertext), &first, data_of(plaintext), length_of(plaintext)) == 1 &&
         EVP_EncryptFinal_ex(context.get(), data_of(out.ciphertext) + first, &last) == 1;
  out.ciphertext.resize(static_cast<std::size_t>(first + last));
  if (content.gcm) {
    out.tag.resize(16);
    done = done && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, 16, out.tag.data()) == 1;
  } else {
    out.tag = tag_of(content, key.substr(0, key.size() / 2), iv, aad, out.ciphertext);
  }
  invariant(done, "AES encrypts");
  return out;
}

std::optional<std::string> open(const Content& content, std::string_view key, std::string_view iv, std::string_view aad,
                                std::string_view ciphertext, std::string_view tag) {
  // A short GCM tag would be easy to forge: the size is the algorithm's, never the sender's.
  if (key.size() != content.key_bytes || iv.size() != content.iv_bytes() || tag.size() != content.tag_bytes()) return std::nullopt;
  std::string_view aes_key = content.gcm ? key : key.substr(key.size() / 2);
  if (!content.gcm) {
    if (ciphertext.empty() || ciphertext.size() % 16) return std::nullopt;
    if (!same_bytes(tag_of(content, key.substr(0, key.size() / 2), iv, aad, ciphertext), tag)) return std::nullopt;
  }
  CipherContext context(EVP_CIPHER_CTX_new());
  std::string out(ciphertext.size() + 16, '\0');
  int first = 0, last = 0, ignored = 0;
  bool done = EVP_DecryptInit_ex2(context.get(), aes(aes_key.size(), content.gcm ? "-GCM" : "-CBC"), data_of(aes_key), data_of(iv), nullptr) == 1;
  if (content.gcm) {
    std::string expected(tag);
    if (!aad.empty()) done = done && EVP_DecryptUpdate(context.get(), nullptr, &ignored, data_of(aad), length_of(aad)) == 1;
    done = done && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, 16, expected.data()) == 1;
  }
  done = done && EVP_DecryptUpdate(context.get(), data_of(out), &first, data_of(ciphertext), length_of(ciphertext)) == 1 &&
         EVP_DecryptFinal_ex(context.get(), data_of(out) + first, &last) == 1;
  if (!done) {
    wipe(out);
    ERR_clear_error();
    return std::nullopt;
  }
  out.resize(static_cast<std::size_t>(first + last));
  return out;
}

std::string wrap(std::string_view key, std::string_view what) {
  CipherContext context(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  std::string out(what.size() + 16, '\0');
  int first = 0, last = 0;
  bool done = EVP_EncryptInit_ex2(context.get(), aes(key.size(), "-WRAP"), data_of(key), nullptr, nullptr) == 1 &&
              EVP_EncryptUpdate(context.get(), data_of(out), &first, data_of(what), length_of(what)) == 1 &&
              EVP_EncryptFinal_ex(context.get(), data_of(out) + first, &last) == 1;
  invariant(done, "AES wraps a key of a multiple of eight bytes");
  out.resize(static_cast<std::size_t>(first + last));
  return out;
}

std::optional<std::string> unwrap(std::string_view key, std::string_view wrapped) {
  if (wrapped.size() < 24 || wrapped.size() % 8 || wrapped.size() > 1024) return std::nullopt;
  CipherContext context(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  std::string out(wrapped.size() + 16, '\0');
  int first = 0, last = 0;
  bool done = EVP_DecryptInit_ex2(context.get(), aes(key.size(), "-WRAP"), data_of(key), nullptr, nullptr) == 1 &&
              EVP_DecryptUpdate(context.get(), data_of(out), &first, data_of(wrapped), length_of(wrapped)) == 1 &&
              EVP_DecryptFinal_ex(context.get(), data_of(out) + first, &last) == 1;
  if (!done) {
    wipe(out);
    ERR_clear_error();
    return std::nullopt;
  }
  out.resize(static_cast<std::size_t>(first + last));
  return out;
}

}  // namespace arint::security::crypto
