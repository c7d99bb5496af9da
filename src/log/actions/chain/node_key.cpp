// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/chain/node_key.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include "base/text.hpp"
#include "log/actions/chain/disk.hpp"

namespace arint::log {
namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

Key owned(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }
Context context() { return {EVP_MD_CTX_new(), EVP_MD_CTX_free}; }
Bio memory_of(const std::string& text) { return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free}; }

std::string text_of(BIO* bio) {
  char* data = nullptr;
  long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

// A PEM with a passphrase must not make OpenSSL ask on the terminal.
int no_passphrase(char*, int, int, void*) { return 0; }

Error not_a_key(const std::filesystem::path& file) {
  return {Fault::malformed, arint::quoted(file.string()) + " is not an Ed25519 key in PEM form; restore it from a backup"};
}

}  // namespace

std::string to_hex(const std::uint8_t* bytes, std::size_t size) {
  return hex({reinterpret_cast<const char*>(bytes), size});
}

bool from_hex(std::string_view text, std::uint8_t* to, std::size_t size) noexcept {
  if (text.size() != size * 2) return false;
  auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  for (std::size_t i = 0; i < size; ++i) {
    int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    to[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

PublicKey::PublicKey(Key key) : key_(std::move(key)) {
  std::array<std::uint8_t, 32> raw{};
  std::size_t size = raw.size();
  invariant(EVP_PKEY_get_raw_public_key(key_.get(), raw.data(), &size) == 1 && size == raw.size(), "an Ed25519 key has 32 bytes");
  raw_hex_ = to_hex(raw);
  id_ = to_hex(sha256({reinterpret_cast<const char*>(raw.data()), raw.size()})).substr(0, 16);
}

std::optional<PublicKey> PublicKey::from_raw(std::string_view hex) {
  std::array<std::uint8_t, 32> raw;
  if (!from_hex(hex, raw.data(), raw.size())) return std::nullopt;
  Key key = owned(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw.data(), raw.size()));
  if (!key) return std::nullopt;
  return PublicKey(std::move(key));
}

Result<PublicKey> PublicKey::read(const std::filesystem::path& pem) {
  Result<std::string> text = read_small_file(pem);
  if (!text) return text.error();
  // RFC 8410, section 4: an Ed25519 SubjectPublicKeyInfo is twelve fixed bytes and the key. OpenSSL's decoder takes any
  // kind of key and 0.4 ms; this takes the one kind there is.
  constexpr std::string_view begin = "-----BEGIN PUBLIC KEY-----", end = "-----END PUBLIC KEY-----";
  constexpr std::string_view prefix("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12);
  std::size_t from = text->find(begin), to = text->find(end);
  if (from == std::string::npos || to == std::string::npos || to < from) return not_a_key(pem);
  std::string body = text->substr(from + begin.size(), to - from - begin.size()), der;
  std::erase_if(body, [](char c) { return c == '\n' || c == '\r'; });
  if (!from_base64(body, der) || der.size() != prefix.size() + 32 || !der.starts_with(prefix)) return not_a_key(pem);
  std::optional<PublicKey> key = from_raw(hex(std::string_view(der).substr(prefix.size())));
  if (!key) return not_a_key(pem);
  return std::move(*key);
}

bool PublicKey::verifies(std::string_view message, const Signature& signature) const {
  Context state = context();
  return EVP_DigestVerifyInit(state.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(state.get(), signature.data(), signature.size(),
                          reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1;
}

NodeKey::NodeKey(Key key) : key_(key), public_(std::move(key)) {}

Signature NodeKey::sign(std::string_view message) const {
  Context state = context();
  Signature out;
  std::size_t size = out.size();
  bool done = EVP_DigestSignInit(state.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
              EVP_DigestSign(state.get(), out.data(), &size, reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1;
  invariant(done && size == out.size(), "an Ed25519 key signs");
  return out;
}

Result<void> NodeKey::write_public(const std::filesystem::path& file) const {
  Bio bio(BIO_new(BIO_s_mem()), BIO_free);
  invariant(PEM_write_bio_PUBKEY(bio.get(), key_.get()) == 1, "a public key has a PEM form");
  return write_file(file, text_of(bio.get()), 0644, false);  // made again when a power cut takes it
}

Result<NodeKey> NodeKey::create(const std::filesystem::path& folder) {
  Key made = owned(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  invariant(made != nullptr, "OpenSSL makes Ed25519 keys");
  // In secure memory terms this text is as precious as the key: it is wiped when the BIO goes.
  Bio bio(BIO_new(BIO_s_secmem()), BIO_free);
  invariant(PEM_write_bio_PKCS8PrivateKey(bio.get(), made.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1, "a key has a PEM form");
  char* data = nullptr;
  long size = BIO_get_mem_data(bio.get(), &data);
  Result<void> written = write_file(folder / "node.key", {data, static_cast<std::size_t>(size)}, 0600);
  if (!written) return written.error();
  NodeKey key(std::move(made));
  Result<void> published = key.write_public(folder / "node.pub");
  if (!published) return published.error();
  return key;
}

Result<NodeKey> NodeKey::open(const std::filesystem::path& folder) {
  std::filesystem::path file = folder / "node.key";
  struct stat about{};
  if (::stat(file.c_str(), &about) != 0) {
    if (errno == ENOENT) return create(folder);
    return disk_error("cannot read", file, errno);
  }
  if (about.st_mode & 077)
    return Error{Fault::refused, arint::quoted(file.string()) + " can be read by others; run chmod 600 on it, and make a new key if it was seen"};
  Result<std::string> text = read_small_file(file);
  if (!text) return text.error();
  Bio bio = memory_of(*text);
  Key read = owned(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  OPENSSL_cleanse(text->data(), text->size());
  if (!read || EVP_PKEY_get_id(read.get()) != EVP_PKEY_ED25519) return not_a_key(file);
  NodeKey key(std::move(read));
  if (!PublicKey::read(folder / "node.pub")) {
    Result<void> published = key.write_public(folder / "node.pub");
    if (!published) return published.error();
  }
  return key;
}

}  // namespace arint::log
