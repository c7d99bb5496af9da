// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "base/text.hpp"
#include "security/jose/jws.hpp"

namespace arint::security::jose {
namespace {

using document::Value;

Error rejected(std::string sentence) { return {Fault::rejected, std::move(sentence)}; }

struct Prepared {
  std::string encoded_header{};
  bool encoded_payload = true;
  const SignatureAlgorithm* algorithm = nullptr;
};

// Reads the headers that are to be sent, and says whether the key may sign so.
Result<Prepared> prepare(std::string_view protected_text, std::string_view unprotected_text, const Jwk& key) {
  Prepared out;
  Json beside;
  Value beside_root;
  if (!unprotected_text.empty()) {
    Result<Json> json = Json::parse(std::string(unprotected_text), "the unprotected header");
    if (!json) return json.error();
    beside = std::move(*json);
    beside_root = beside.root();
  }
  if (!protected_text.empty()) out.encoded_header = base64url(protected_text);
  Result<Header> header = Header::parse(out.encoded_header, {&beside_root, 1});
  if (!header) return header.error();
  constexpr std::string_view understood[] = {"b64"};
  Result<void> critical = header->check_critical(understood);
  if (!critical) return critical.error();
  Value b64 = header->get("b64");
  if (!b64.is_absent() && (!b64.is_boolean() || header->guarded("b64").is_absent())) return rejected("`b64` is protected, and true or false");
  out.encoded_payload = b64.is_absent() || b64.as_boolean();
  if (!out.encoded_payload && header->get("crit").is_absent()) return rejected("with `b64` false the header needs `crit` with b64 in it");
  std::string_view name = header->text("alg");
  out.algorithm = signature_algorithm(name);
  constexpr std::string_view operation[] = {"sign"};
  if (!out.algorithm) return rejected("there is no signature algorithm " + quoted(name));
  if (!key.alg.empty() && key.alg != name) return rejected("the key is for " + quoted(key.alg) + " and signs nothing with " + quoted(name));
  if (!fits(*out.algorithm, key.key, true) || !key.allows("sig", operation))
    return rejected("the key does not sign with " + quoted(name) + ": another type or curve, too short, or no private part");
  return out;
}

Result<std::string> signature_of(const Prepared& with, std::string_view payload, const Jwk& key) {
  Result<std::string> made = crypto::sign(with.algorithm->how, with.algorithm->hash, key.key, with.encoded_header + "." + std::string(payload));
  if (!made) return made.error();
  return base64url(*made);
}

}  // namespace

Result<std::string> sign_compact(std::string_view header, std::string_view payload, const Jwk& key, Detached detached) {
  Result<Prepared> with = prepare(header, {}, key);
  if (!with) return with.error();
  std::string sent = with->encoded_payload ? base64url(payload) : std::string(payload);
  // RFC 7797, 5.2: what stands between the points must be printable and hold none itself.
  if (!with->encoded_payload && detached == Detached::no &&
      std::any_of(sent.begin(), sent.end(), [](char c) { return c < 0x20 || c == 0x7F || c == '.'; }))
    return rejected("an unencoded payload in a compact JWS may hold printable ASCII without points only: detach it, or encode it");
  Result<std::string> signature = signature_of(*with, sent, key);
  if (!signature) return signature.error();
  if (detached == Detached::yes) sent.clear();
  return with->encoded_header + "." + sent + "." + *signature;
}

Result<std::string> sign_json(std::string_view payload, std::span<const Signer> signers, Layout layout, Detached detached) {
  if (signers.empty() || (layout == Layout::flattened && signers.size() != 1)) return rejected("a flattened JWS has one signer, a general one at least one");
  std::string entries, sent;
  for (const Signer& signer : signers) {
    Result<Prepared> with = prepare(signer.protected_header, signer.unprotected_header, signer.key);
    if (!with) return with.error();
    std::string mine = with->encoded_payload ? base64url(payload) : std::string(payload);
    if (!entries.empty() && mine != sent) return rejected("all signers of a JWS have the same `b64` (RFC 7797, 3)");
    if (!with->encoded_payload && !valid_utf8(mine)) return rejected("an unencoded payload in JSON must be UTF-8");
    sent = std::move(mine);
    Result<std::string> signature = signature_of(*with, sent, signer.key);
    if (!signature) return signature.error();
    std::string entry;
    if (!with->encoded_header.empty()) entry += "\"protected\":\"" + with->encoded_header + "\",";
    if (!signer.unprotected_header.empty()) entry += "\"header\":" + std::string(signer.unprotected_header) + ",";
    entry += "\"signature\":\"" + *signature + "\"";
    entries += entries.empty() ? "" : ",";
    entries += layout == Layout::flattened ? entry : "{" + entry + "}";
  }
  std::string out = "{";
  if (detached == Detached::no) out += "\"payload\":" + json_text(Value::text(sent)) + ",";
  return out + (layout == Layout::flattened ? entries : "\"signatures\":[" + entries + "]") + "}";
}

}  // namespace arint::security::jose
