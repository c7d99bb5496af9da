// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/jose/jwe/recipient.hpp"

#include "base/text.hpp"

namespace arint::security::jose {
namespace {

using crypto::Content;
using document::Value;

Error malformed(const char* what) { return {Fault::malformed, what}; }

constexpr Content gcm_of(std::size_t key_bytes) { return {true, key_bytes, crypto::Hash::sha256}; }

std::string member(const char* name, std::string_view bytes) { return std::string(",\"") + name + "\":\"" + base64url(bytes) + "\""; }

// RFC 7518, 4.6.2: the algorithm that the derived key is for, and how long it is.
struct Derivation {
  std::string_view name;
  std::size_t bytes;
};
Derivation derivation(const KeyAlgorithm& algorithm, const ContentAlgorithm& content) {
  if (algorithm.how == Management::agree) return {content.name, content.content.key_bytes};
  return {algorithm.name, algorithm.wrap_bytes};
}

Result<Secret> derive(const KeyAlgorithm& algorithm, const ContentAlgorithm& content, const crypto::Key& ours, const crypto::Key& theirs,
                      const Header& header) {
  std::string apu, apv;
  Value members[] = {header.get("apu"), header.get("apv")};
  std::string* into[] = {&apu, &apv};
  for (int i = 0; i < 2; ++i) {
    if (members[i].is_absent()) continue;
    std::optional<std::string> bytes = members[i].is_text() && members[i].as_text().size() <= 1024 ? from_base64url(members[i].as_text()) : std::nullopt;
    if (!bytes) return malformed("the header's `apu` or `apv` is not base64url, or is too long");
    *into[i] = std::move(*bytes);
  }
  std::optional<Secret> shared = crypto::agree(ours, theirs);
  if (!shared) return malformed("the header's `epk` is no key on the curve of ours");
  Derivation wanted = derivation(algorithm, content);
  return Secret(crypto::concat_kdf(shared->reveal(), wanted.name, apu, apv, wanted.bytes));
}

// RFC 7518, 4.8.1.1: the algorithm's name, a zero, and what the header says is the salt.
std::string salt_of(const KeyAlgorithm& algorithm, std::string_view salt) { return std::string(algorithm.name) + '\0' + std::string(salt); }

Result<std::optional<Secret>> take_by_password(const KeyAlgorithm& algorithm, const Jwk& key, const Header& header, std::string_view encrypted_key,
                                               std::uint64_t& iterations) {
  Value salt_member = header.get("p2s"), count = header.get("p2c");
  std::optional<std::string> salt = salt_member.is_text() && salt_member.as_text().size() <= 1024 ? from_base64url(salt_member.as_text()) : std::nullopt;
  if (!salt || salt->size() < 8) return malformed("the header's `p2s` is not base64url of at least eight bytes");
  if (!count.is_number() || !count.holds_integer() || count.as_integer() < 1) return malformed("the header's `p2c` is no whole number");
  auto asked = static_cast<std::uint64_t>(count.as_integer());
  if (asked > iterations || asked > 0x7FFFFFFF) return Error{Fault::refused, "the header's `p2c` asks for more iterations than are allowed"};
  iterations -= asked;
  std::string wrapping = crypto::pbkdf2(algorithm.hash, key.key.secret(), salt_of(algorithm, *salt), static_cast<std::uint32_t>(asked), algorithm.wrap_bytes);
  std::optional<std::string> out = crypto::unwrap(wrapping, encrypted_key);
  crypto::wipe(wrapping);
  if (!out) return std::optional<Secret>();
  return std::optional<Secret>(Secret(std::move(*out)));
}

Result<std::optional<Secret>> take_by_gcm(const KeyAlgorithm& algorithm, const Jwk& key, const Header& header, std::string_view encrypted_key) {
  std::optional<std::string> iv = from_base64url(header.text("iv")), tag = from_base64url(header.text("tag"));
  if (!iv || !tag || iv->empty() || tag->empty()) return malformed("the header's `iv` or `tag` is missing, or not base64url");
  std::optional<std::string> out = crypto::open(gcm_of(algorithm.wrap_bytes), key.key.secret(), *iv, {}, encrypted_key, *tag);
  if (!out) return std::optional<Secret>();
  return std::optional<Secret>(Secret(std::move(*out)));
}

Result<std::optional<Secret>> take_by_agreement(const KeyAlgorithm& algorithm, const ContentAlgorithm& content, const Jwk& key, const Header& header,
                                                std::string_view encrypted_key) {
  Value epk = header.get("epk");
  if (epk.is_absent()) return malformed("the header lacks `epk`");
  Result<Jwk> theirs = parse_jwk(epk);
  if (!theirs) return malformed("the header's `epk` is no key that can be used");
  Result<Secret> derived = derive(algorithm, content, key.key, theirs->key, header);
  if (!derived) return derived.error();
  if (algorithm.how == Management::agree) {
    if (!encrypted_key.empty()) return malformed("with ECDH-ES there is no encrypted key");
    return std::optional<Secret>(std::move(*derived));
  }
  std::optional<std::string> out = crypto::unwrap(derived->reveal(), encrypted_key);
  if (!out) return std::optional<Secret>();
  return std::optional<Secret>(Secret(std::move(*out)));
}

}  // namespace

Result<ForRecipient> give(const KeyAlgorithm& algorithm, const ContentAlgorithm& content, const Jwk& key, const Header& header,
                          const Secret& content_key) {
  ForRecipient out;
  switch (algorithm.how) {
    case Management::direct: out.content_key = Secret(key.key.secret()); break;
    case Management::rsa: out.encrypted_key = crypto::rsa_encrypt(algorithm.padding, key.key, content_key.reveal()); break;
    case Management::wrap: out.encrypted_key = crypto::wrap(key.key.secret(), content_key.reveal()); break;
    case Management::gcm_wrap: {
      std::string iv = crypto::random_bytes(12);
      crypto::Sealed sealed = crypto::seal(gcm_of(algorithm.wrap_bytes), key.key.secret(), iv, {}, content_key.reveal());
      out.encrypted_key = std::move(sealed.ciphertext);
      out.header_members = member("iv", iv) + member("tag", sealed.tag);
      break;
    }
    case Management::agree:
    case Management::agree_and_wrap: {
      crypto::Key ephemeral = crypto::Key::generate(key.key.curve());
      Result<Secret> derived = derive(algorithm, content, ephemeral, key.key, header);
      if (!derived) return derived.error();
      out.header_members = ",\"epk\":" + public_jwk(ephemeral);
      if (algorithm.how == Management::agree) out.content_key = std::move(*derived);
      else out.encrypted_key = crypto::wrap(derived->reveal(), content_key.reveal());
      break;
    }
    case Management::password: {
      std::string salt = crypto::random_bytes(16);
      std::string wrapping = crypto::pbkdf2(algorithm.hash, key.key.secret(), salt_of(algorithm, salt), own_iterations, algorithm.wrap_bytes);
      out.encrypted_key = crypto::wrap(wrapping, content_key.reveal());
      crypto::wipe(wrapping);
      out.header_members = member("p2s", salt) + ",\"p2c\":" + std::to_string(own_iterations);
      break;
    }
  }
  return out;
}

Result<std::optional<Secret>> take(const KeyAlgorithm& algorithm, const ContentAlgorithm& content, const Jwk& key, const Header& header,
                                   std::string_view encrypted_key, std::uint64_t& iterations) {
  switch (algorithm.how) {
    case Management::direct:
      if (!encrypted_key.empty()) return malformed("with dir there is no encrypted key");
      return std::optional<Secret>(Secret(key.key.secret()));
    case Management::rsa:
      return std::optional<Secret>(Secret(crypto::rsa_decrypt(algorithm.padding, key.key, encrypted_key, content.content.key_bytes)));
    case Management::wrap: {
      std::optional<std::string> out = crypto::unwrap(key.key.secret(), encrypted_key);
      if (!out) return std::optional<Secret>();
      return std::optional<Secret>(Secret(std::move(*out)));
    }
    case Management::gcm_wrap: return take_by_gcm(algorithm, key, header, encrypted_key);
    case Management::agree:
    case Management::agree_and_wrap: return take_by_agreement(algorithm, content, key, header, encrypted_key);
    case Management::password: return take_by_password(algorithm, key, header, encrypted_key, iterations);
  }
  return std::optional<Secret>();
}

}  // namespace arint::security::jose
