// SPDX-License-Identifier: GPL-3.0-or-later
// Project Wycheproof's JSON layout: DIR/*.json, each with testGroups of one type. Valid cases must be accepted, invalid ones refused;
// acceptable ones are listed with what became of them and not counted, and so are groups of hashes and curves that are not spoken here.
#include <openssl/ec.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <optional>

#include "base/text.hpp"
#include "conformance.hpp"
#include "format/json/json.hpp"
#include "security/jose/jwe/jwe.hpp"
#include "security/jose/jws.hpp"

namespace arint::conformance {
namespace {

using namespace security;
using crypto::Hash;
using crypto::Key;
using crypto::Signing;
using document::Value;
using jose::KeySet;

// Whether the case was accepted; made once for a group. Empty: the group is skipped.
using Judge = std::function<bool(const Value& test)>;

std::string_view text(const Value& object, std::string_view name) {
  Value found = object.get(name);
  return found.is_text() ? found.as_text() : std::string_view();
}

std::string bytes(const Value& object, std::string_view name) {
  std::string out;
  return from_hex(text(object, name), out) ? out : std::string();
}

std::optional<Hash> hash_of(std::string_view name) {
  if (name == "SHA-1") return Hash::sha1;
  if (name == "SHA-256") return Hash::sha256;
  if (name == "SHA-384") return Hash::sha384;
  if (name == "SHA-512") return Hash::sha512;
  return std::nullopt;
}

// The token as text, or as JSON where a vector has it as an object.
std::string token_of(const Value& test, std::string_view name) {
  Value found = test.get(name);
  return found.is_text() ? std::string(found.as_text()) : found.is_object() ? jose::json_text(found) : std::string();
}

std::string header_text(const std::string& token, std::string_view name) {
  Result<jose::Header> header = jose::Header::parse(std::string_view(token).substr(0, token.find('.')));
  return header ? std::string(header->text(name)) : std::string();
}

// ---------------------------------------------------------------------------------------------------------------- tokens

Judge signature(const Value& group) {
  Value given = group.get("public").is_absent() ? group.get("private") : group.get("public");
  Result<KeySet> keys = KeySet::parse(jose::json_text(given));
  auto held = std::make_shared<Result<KeySet>>(std::move(keys));
  return [held](const Value& test) {
    if (!*held) return false;
    std::string token = token_of(test, "jws");
    jose::VerifyOptions options;
    // A key that names no algorithm: the vectors mean the one that the token says.
    for (const jose::Jwk& key : (*held)->keys)
      if (key.alg.empty()) options.algorithms = {header_text(token, "alg")};
    return token.starts_with("{") ? jose::verify_json(token, **held, options).ok() : jose::verify_compact(token, **held, options).ok();
  };
}

Judge encryption(const Value& group) {
  auto held = std::make_shared<Result<KeySet>>(KeySet::parse(jose::json_text(group.get("private"))));
  return [held](const Value& test) {
    if (!*held) return false;
    std::string token = token_of(test, "jwe");
    jose::OpenOptions options;
    const std::string& named = (*held)->keys.front().alg;
    options.algorithms = {jose::key_algorithm(named) ? named : jose::content_algorithm(named) ? "dir" : header_text(token, "alg")};
    Result<jose::Opened> opened = token.starts_with("{") ? jose::open_json(token, **held, options) : jose::open_compact(token, **held, options);
    return opened && (test.get("pt").is_absent() || opened->plaintext == bytes(test, "pt"));
  };
}

// ---------------------------------------------------------------------------------------------------------------- bare signatures

std::optional<Key> public_key(const Value& group) {
  if (Value jwk = group.get("publicKeyJwk"); jwk.is_object())
    if (Result<jose::Jwk> key = jose::parse_jwk(jwk)) return key->key;
  std::string der = bytes(group, "publicKeyDer");
  if (der.empty()) der = bytes(group, "keyDer");
  if (Result<Key> key = Key::from_spki(der)) return *key;
  std::string_view pem = text(group, "publicKeyPem").empty() ? text(group, "keyPem") : text(group, "publicKeyPem");
  if (Result<Key> key = Key::from_pem(pem)) return *key;
  return std::nullopt;
}

Judge bare(Signing how, Hash hash, Key key) {
  return [how, hash, key = std::move(key)](const Value& test) { return crypto::verify(how, hash, key, bytes(test, "msg"), bytes(test, "sig")); };
}

// DER, which JOSE does not use: strict DER of two numbers is what is asked of them, in the form that JOSE uses.
Judge der_ecdsa(Hash hash, Key key) {
  return [hash, key = std::move(key)](const Value& test) {
    std::string der = bytes(test, "sig");
    const unsigned char* at = crypto::data_of(der);
    std::unique_ptr<ECDSA_SIG, crypto::Free<ECDSA_SIG_free>> parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    if (!parts) return false;
    unsigned char* again = nullptr;
    int length = i2d_ECDSA_SIG(parts.get(), &again);
    bool strict = length > 0 && std::string_view(reinterpret_cast<char*>(again), static_cast<std::size_t>(length)) == der;
    OPENSSL_free(again);
    std::size_t size = crypto::size_of(key.curve());
    std::string raw(2 * size, '\0');
    const BIGNUM *r = ECDSA_SIG_get0_r(parts.get()), *s = ECDSA_SIG_get0_s(parts.get());
    if (!strict || BN_is_negative(r) || BN_is_negative(s) || BN_bn2binpad(r, crypto::data_of(raw), static_cast<int>(size)) < 0 ||
        BN_bn2binpad(s, crypto::data_of(raw) + size, static_cast<int>(size)) < 0)
      return false;
    return crypto::verify(Signing::ecdsa, hash, key, bytes(test, "msg"), raw);
  };
}

Judge mac(Hash hash, const Value& group) {
  std::size_t tag_bytes = static_cast<std::size_t>(group.get("tagSize").as_double()) / 8;
  return [hash, tag_bytes](const Value& test) {
    std::string tag = crypto::hmac(hash, bytes(test, "key"), bytes(test, "msg")).substr(0, tag_bytes);
    return crypto::same_bytes(tag, bytes(test, "tag"));
  };
}

Judge judge_of(const Value& file, const Value& group) {
  std::string_view type = text(group, "type");
  if (type == "JsonWebSignature" || type == "JsonWebKey") return signature(group);
  if (type == "JsonWebEncryption") return encryption(group);
  if (type == "MacTest") {
    std::string_view algorithm = text(file, "algorithm");
    if (!algorithm.starts_with("HMACSHA")) return {};
    std::optional<Hash> hash = hash_of("SHA-" + std::string(algorithm.substr(7)));
    return hash ? mac(*hash, group) : Judge();
  }
  std::optional<Hash> hash = type == "EddsaVerify" ? Hash::sha512 : hash_of(text(group, "sha"));
  std::optional<Key> key = public_key(group);
  if (!hash || !key) return {};
  if (type == "EcdsaP1363Verify" && crypto::fits(Signing::ecdsa, *key, false)) return bare(Signing::ecdsa, *hash, *key);
  if (type == "EcdsaVerify" && crypto::fits(Signing::ecdsa, *key, false)) return der_ecdsa(*hash, *key);
  if (type == "EddsaVerify" && crypto::fits(Signing::eddsa, *key, false)) return bare(Signing::eddsa, *hash, *key);
  if (type == "RsassaPkcs1Verify" && crypto::fits(Signing::rsa_pkcs1, *key, false)) return bare(Signing::rsa_pkcs1, *hash, *key);
  // Only what JOSE has: MGF1 and salt of the hash.
  bool usual = text(group, "mgfSha") == text(group, "sha") && group.get("sLen").as_double() == static_cast<double>(size_of(*hash));
  if (type == "RsassaPssVerify" && usual && crypto::fits(Signing::rsa_pss, *key, false)) return bare(Signing::rsa_pss, *hash, *key);
  return {};
}

void run_file(const std::string& path, Tally& tally, int& skipped) {
  std::string whole = whole_file(path);
  document::Arena arena;
  Result<Value> read = format::json::read(whole, arena);
  if (!read) return tally.fail(file_name(path), read.error().sentence);
  for (const Value& group : read->get("testGroups").items()) {
    Judge accepts = judge_of(*read, group);
    for (const Value& test : group.get("tests").items()) {
      std::string name = file_name(path) + " tcId " + std::to_string(test.get("tcId").as_integer()) + " (" + std::string(text(test, "comment")) + ")";
      if (!accepts) {
        ++skipped;
        continue;
      }
      bool accepted = accepts(test);
      std::string_view result = text(test, "result");
      if (result == "acceptable") std::printf("acceptable, not counted: %s: %s\n", name.c_str(), accepted ? "accepted" : "refused");
      else if (accepted == (result == "valid")) tally.pass();
      else tally.fail(name, accepted ? "accepted" : "refused");
    }
  }
}

}  // namespace

int run_wycheproof(const std::string& folder) {
  Tally tally;
  int skipped = 0;
  for (const std::string& path : files_in(folder, ".json")) run_file(path, tally, skipped);
  if (skipped) std::printf("skipped, not counted: %d of types, hashes or curves that are not spoken here\n", skipped);
  return tally.end();
}

}  // namespace arint::conformance
