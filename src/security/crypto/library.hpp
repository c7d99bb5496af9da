// SPDX-License-Identifier: GPL-3.0-or-later
// OpenSSL 3 as the schemes use it: algorithms fetched once for the process, objects that free themselves, bytes as std::string.
// The only other folders that see OpenSSL are base (hashes), log (the node's key) and http/wire (TLS).
#pragma once
#include <openssl/bn.h>
#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace arint::security::crypto {

template <auto function>
struct Free {
  template <class T>
  void operator()(T* thing) const noexcept { function(thing); }
};
using Pkey = std::shared_ptr<EVP_PKEY>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using MdContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Free<EVP_CIPHER_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_clear_free>>;

inline Pkey owned(EVP_PKEY* key) { return Pkey(key, EVP_PKEY_free); }
inline const unsigned char* data_of(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
inline unsigned char* data_of(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

enum class Hash { sha1, sha256, sha384, sha512 };
std::size_t size_of(Hash hash) noexcept;         // bytes of the digest
const char* name_of(Hash hash) noexcept;         // as OpenSSL names it: "SHA256"
const EVP_MD* fetched(Hash hash);                // lives as long as the process
const EVP_CIPHER* fetched_cipher(const char* name);  // nullptr: this OpenSSL does not have it

std::string digest(Hash hash, std::string_view bytes);
std::string hmac(Hash hash, std::string_view key, std::string_view bytes);  // RFC 2104

// The same bytes, in a time that depends on the lengths only. Lengths are no secret here.
bool same_bytes(std::string_view a, std::string_view b) noexcept;
std::string random_bytes(std::size_t count);
void wipe(std::string& bytes) noexcept;

}  // namespace arint::security::crypto
