// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/crypto/agree.hpp"

#include <openssl/err.h>
#include <openssl/rsa.h>

namespace arint::security::crypto {
namespace {

bool prepare(EVP_PKEY_CTX* context, RsaPadding padding) {
  Hash hash = padding == RsaPadding::oaep_sha1 ? Hash::sha1 : Hash::sha256;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 && EVP_PKEY_CTX_set_rsa_oaep_md(context, fetched(hash)) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, fetched(hash)) == 1;
}

// 1 when the byte is not zero, without a branch.
unsigned not_zero(unsigned char byte) noexcept { return (static_cast<unsigned>(byte) + 0xFFu) >> 8; }

void put_size(std::string& out, std::size_t size) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xFF);
}

}  // namespace

std::string rsa_encrypt(RsaPadding padding, const Key& key, std::string_view what) {
  PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.pkey(), nullptr));
  std::string out(static_cast<std::size_t>(EVP_PKEY_get_size(key.pkey())), '\0');
  std::size_t size = out.size();
  bool done = EVP_PKEY_encrypt_init(context.get()) == 1;
  done = done && (padding == RsaPadding::pkcs1 ? EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 : prepare(context.get(), padding));
  done = done && EVP_PKEY_encrypt(context.get(), data_of(out), &size, data_of(what), what.size()) == 1;
  invariant(done && size == out.size(), "an RSA key of 2048 bits and more encrypts 64 bytes");
  return out;
}

std::string rsa_decrypt(RsaPadding padding, const Key& key, std::string_view encrypted, std::size_t size) {
  std::string out = random_bytes(size);
  std::size_t length = static_cast<std::size_t>(EVP_PKEY_get_size(key.pkey()));
  if (encrypted.size() != length || size + 11 > length) return out;
  PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.pkey(), nullptr));
  std::string block(length, '\0');
  std::size_t written = block.size();
  bool done = EVP_PKEY_decrypt_init(context.get()) == 1;
  if (padding != RsaPadding::pkcs1) {
    done = done && prepare(context.get(), padding) &&
           EVP_PKEY_decrypt(context.get(), data_of(block), &written, data_of(encrypted), encrypted.size()) == 1;
    if (done && written == size) out.assign(block, 0, size);
  } else {
    done = done && EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) == 1 &&
           EVP_PKEY_decrypt(context.get(), data_of(block), &written, data_of(encrypted), encrypted.size()) == 1 && written == length;
    if (done) {
      // RFC 8017, 7.2.2: 00 02, at least eight bytes that are not zero, 00, the key. Its length is known, so the place of the
      // second zero is, and whether all of it holds is one bit that no branch looks at.
      const unsigned char* em = data_of(std::string_view(block));
      unsigned good = 1 ^ not_zero(em[0]);
      good &= 1 ^ not_zero(em[1] ^ 2);
      for (std::size_t i = 2; i + size + 1 < length; ++i) good &= not_zero(em[i]);
      good &= 1 ^ not_zero(em[length - size - 1]);
      auto mask = static_cast<unsigned char>(0u - good);
      unsigned char* to = data_of(out);
      for (std::size_t i = 0; i < size; ++i) to[i] = static_cast<unsigned char>((em[length - size + i] & mask) | (to[i] & ~mask));
    }
  }
  wipe(block);
  ERR_clear_error();
  return out;
}

std::optional<Secret> agree(const Key& ours, const Key& theirs) {
  if (ours.kind() != theirs.kind() || ours.curve() != theirs.curve() || (ours.kind() != Kind::ec && ours.kind() != Kind::x)) return std::nullopt;
  PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, ours.pkey(), nullptr));
  std::size_t size = 0;
  std::string out;
  bool done = context && EVP_PKEY_derive_init(context.get()) == 1 && EVP_PKEY_derive_set_peer(context.get(), theirs.pkey()) == 1 &&
              EVP_PKEY_derive(context.get(), nullptr, &size) == 1;
  if (done) {
    out.resize(size);
    done = EVP_PKEY_derive(context.get(), data_of(out), &size) == 1;
    out.resize(done ? size : 0);
  }
  if (!done) {
    ERR_clear_error();
    return std::nullopt;
  }
  return Secret(std::move(out));
}

std::string concat_kdf(std::string_view shared, std::string_view algorithm, std::string_view party_u, std::string_view party_v, std::size_t bytes) {
  std::string info;
  for (std::string_view each : {algorithm, party_u, party_v}) {
    put_size(info, each.size());
    info += each;
  }
  put_size(info, bytes * 8);
  std::string out;
  for (std::size_t round = 1; out.size() < bytes; ++round) {
    std::string input;
    put_size(input, round);
    input.append(shared).append(info);
    out += digest(Hash::sha256, input);
    wipe(input);
  }
  out.resize(bytes);
  return out;
}

std::string pbkdf2(Hash hash, std::string_view password, std::string_view salt, std::uint32_t iterations, std::size_t bytes) {
  std::string out(bytes, '\0');
  // PKCS5_PBKDF2_HMAC is a thin call of the provider's KDF in OpenSSL 3, and not deprecated.
  bool done = PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), data_of(salt), static_cast<int>(salt.size()),
                                static_cast<int>(iterations), fetched(hash), static_cast<int>(bytes), data_of(out)) == 1;
  invariant(done, "PBKDF2 derives");
  return out;
}

}  // namespace arint::security::crypto
