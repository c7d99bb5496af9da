// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "base/text.hpp"
#include "security/jose/jws.hpp"

namespace arint::security::jose {
namespace {

using document::Value;

Error malformed(std::string sentence) { return {Fault::malformed, std::move(sentence)}; }
Error refused(std::string sentence) { return {Fault::refused, std::move(sentence)}; }

// One signature over one payload, as it came.
struct Signature {
  std::string_view protected_part{};
  Value beside{};
  std::string_view signature{};
};

// RFC 7797, 3 and 6: `b64` is protected, a boolean, and where it is false `crit` names it.
Result<bool> encoded_payload(const Header& header) {
  Value b64 = header.get("b64");
  if (b64.is_absent()) return true;
  if (header.guarded("b64").is_absent() || !b64.is_boolean()) return malformed("the header's `b64` is not protected, or neither true nor false");
  if (b64.as_boolean()) return true;
  Value critical = header.guarded("crit");
  bool named = false;
  if (critical.is_array())
    for (const Value& each : critical.items()) named = named || (each.is_text() && each.as_text() == "b64");
  if (!named) return refused("the header says `b64` is false, and its `crit` does not name b64 (RFC 7797, 6)");
  return false;
}

bool has_key_with(const KeySet& keys, std::string_view kid) noexcept {
  return std::any_of(keys.keys.begin(), keys.keys.end(), [&](const Jwk& key) { return key.kid == kid; });
}

// Which keys may be meant, in their order: those of the token's kid; without such a key, or without a kid, those that have none or all.
bool may_be_meant(const Jwk& key, std::string_view kid, bool known) noexcept {
  if (kid.empty()) return true;
  return known ? key.kid == kid : key.kid.empty();
}

Result<Verified> verify_one(const Signature& one, std::string_view payload, bool carried, const KeySet& keys, const VerifyOptions& options) {
  Result<Header> header = Header::parse(one.protected_part, {&one.beside, 1});
  if (!header) return header.error();
  std::vector<std::string_view> understood = options.understood;
  understood.push_back("b64");
  Result<void> critical = header->check_critical(understood);
  if (!critical) return critical.error();
  Result<bool> encoded = encoded_payload(*header);
  if (!encoded) return encoded.error();
  std::string_view name = header->text("alg");
  const SignatureAlgorithm* algorithm = signature_algorithm(name);
  if (!algorithm) return refused("the signature's algorithm " + quoted(name) + " is not one that is accepted");
  if (!options.algorithms.empty() && std::find(options.algorithms.begin(), options.algorithms.end(), name) == options.algorithms.end())
    return refused("the signature's algorithm " + quoted(name) + " is not one that is accepted");
  std::optional<std::string> signature = from_base64url(one.signature);
  if (!signature) return malformed("the signature is not base64url without padding");

  Verified out;
  std::string input(one.protected_part);
  input += '.';
  if (!*encoded) {
    out.payload = payload;
    input += payload;
  } else if (carried) {
    std::optional<std::string> decoded = from_base64url(payload);
    if (!decoded) return malformed("the payload is not base64url without padding");
    out.payload = std::move(*decoded);
    input += payload;
  } else {
    out.payload = payload;
    input += base64url(payload);
  }

  std::string_view kid = header->text("kid");
  bool known = !kid.empty() && has_key_with(keys, kid);
  constexpr std::string_view operation[] = {"verify", "sign"};
  std::size_t tried = 0;
  for (std::size_t i = 0; i < keys.keys.size() && tried < options.most_keys; ++i) {
    const Jwk& key = keys.keys[i];
    if (!may_be_meant(key, kid, known) || !key.allows("sig", operation) || bound_algorithm(key, options.algorithms) != algorithm) continue;
    ++tried;
    if (!crypto::verify(algorithm->how, algorithm->hash, key.key, input, *signature)) continue;
    out.algorithm = name;
    out.key = i;
    out.header = std::move(*header);
    out.header.forget_unprotected();
    return out;
  }
  if (tried == 0) return refused("no key of the set is for algorithm " + quoted(name) + (kid.empty() ? std::string() : " and kid " + quoted(kid)));
  return refused("the signature is not that of the key");
}

}  // namespace

const SignatureAlgorithm* bound_algorithm(const Jwk& key, std::span<const std::string> accepted) noexcept {
  if (!key.alg.empty()) {
    const SignatureAlgorithm* named = signature_algorithm(key.alg);
    bool in_list = accepted.empty() || std::find(accepted.begin(), accepted.end(), key.alg) != accepted.end();
    return named && in_list && fits(*named, key.key, false) ? named : nullptr;
  }
  const SignatureAlgorithm* found = nullptr;
  for (const SignatureAlgorithm& each : signature_algorithms()) {
    // Without a list only a key that fits one algorithm of all says which: EC and Ed25519 do, RSA and secrets do not.
    if (!accepted.empty() && std::find(accepted.begin(), accepted.end(), each.name) == accepted.end()) continue;
    if (accepted.empty() && (each.how == crypto::Signing::hmac)) continue;
    if (!fits(each, key.key, false)) continue;
    if (found) return nullptr;
    found = &each;
  }
  return found;
}

Result<Verified> verify_compact(std::string_view token, const KeySet& keys, const VerifyOptions& options) {
  if (token.size() > options.most_bytes) return malformed("the JWS is longer than " + std::to_string(options.most_bytes) + " bytes");
  std::string_view parts[3];
  if (!split_compact(token, parts)) return malformed("a compact JWS has three parts between two points");
  if (parts[0].empty()) return malformed("the JWS has no protected header");
  if (options.detached && !parts[1].empty()) return malformed("the JWS carries a payload where a detached one is given");
  std::string_view payload = options.detached ? *options.detached : parts[1];
  return verify_one({parts[0], {}, parts[2]}, payload, !options.detached, keys, options);
}

Result<Verified> verify_json(std::string_view text, const KeySet& keys, const VerifyOptions& options) {
  if (text.size() > options.most_bytes) return malformed("the JWS is longer than " + std::to_string(options.most_bytes) + " bytes");
  Result<Json> json = Json::parse(std::string(text), "the JWS");
  if (!json) return json.error();
  const Value& root = json->root();
  Value listed = root.get("signatures");
  bool flattened = !root.get("signature").is_absent();
  // RFC 7515, 7.2.2: never both forms at once.
  if (!root.is_object() || flattened != listed.is_absent()) return malformed("the JWS has neither `signature` nor `signatures`, or both");
  std::span<const Value> items = flattened ? std::span<const Value>(&root, 1) : listed.is_array() ? listed.items() : std::span<const Value>();
  if (items.empty() || items.size() > options.most_signatures)
    return malformed("the JWS has no signature, or more than " + std::to_string(options.most_signatures));
  Value payload = root.get("payload");
  if (options.detached ? !payload.is_absent() : !payload.is_text())
    return malformed("the JWS lacks its payload, or carries one where a detached one is given");
  std::string_view bytes = options.detached ? *options.detached : payload.as_text();
  Result<Verified> last = malformed("a signature of the JWS is no object with `signature` as text");
  for (const Value& item : items) {
    Signature one;
    one.beside = item.get("header");
    if (!text_member(item, "protected", one.protected_part, Header::most_bytes) || !text_member(item, "signature", one.signature, 8192) ||
        one.signature.empty())
      continue;
    last = verify_one(one, bytes, !options.detached, keys, options);
    if (last) return last;
  }
  return last;
}

}  // namespace arint::security::jose
