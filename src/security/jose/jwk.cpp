// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/jose/jwk.hpp"

#include <algorithm>
#include <span>

#include "base/text.hpp"
#include "security/jose/algorithm.hpp"
#include "security/jose/text.hpp"

namespace arint::security::jose {
namespace {

using crypto::Curve;
using crypto::Key;
using document::Value;

Error bad(const std::string& what) { return {Fault::malformed, "the key " + what}; }
// What KeySet skips: told from a malformed key by its fault.
Error unknown(const std::string& what) { return {Fault::rejected, "the key " + what}; }

// Wipes what was decoded of a private key.
struct Parts {
  std::string n, e, d, p, q, dp, dq, qi, x, y, k;
  ~Parts() {
    for (std::string* each : {&d, &p, &q, &dp, &dq, &qi, &k}) crypto::wipe(*each);
  }
};

Result<Key> rsa(const Value& object, Parts& parts) {
  const std::pair<const char*, std::string*> members[] = {{"n", &parts.n},   {"e", &parts.e},   {"d", &parts.d},   {"p", &parts.p},
                                                          {"q", &parts.q},   {"dp", &parts.dp}, {"dq", &parts.dq}, {"qi", &parts.qi}};
  for (const auto& [name, into] : members)
    if (!bytes_member(object, name, *into)) return bad("has a `" + std::string(name) + "` that is not base64url");
  if (parts.n.empty() || parts.e.empty()) return bad("lacks `n` or `e`");
  if (!object.get("oth").is_absent()) return unknown("is of more than two primes (`oth`)");
  return Key::rsa({parts.n, parts.e, parts.d, parts.p, parts.q, parts.dp, parts.dq, parts.qi});
}

Result<Key> on_curve(const Value& object, bool okp, Parts& parts) {
  std::string_view name;
  if (!text_member(object, "crv", name) || name.empty()) return bad("lacks `crv`");
  std::optional<Curve> curve = crypto::curve_named(name);
  bool is_okp = curve && *curve >= Curve::ed25519;
  if (!curve || is_okp != okp) return unknown("is on a curve that is not known here: " + quoted(name));
  if (!bytes_member(object, "x", parts.x) || !bytes_member(object, "y", parts.y) || !bytes_member(object, "d", parts.d))
    return bad("has an `x`, `y` or `d` that is not base64url");
  return okp ? Key::okp(*curve, parts.x, parts.d) : Key::ec(*curve, parts.x, parts.y, parts.d);
}

Result<Key> material(const Value& object) {
  Parts parts;
  std::string_view kty;
  if (!text_member(object, "kty", kty) || kty.empty()) return bad("lacks `kty`");
  if (kty == "RSA") return rsa(object, parts);
  if (kty == "EC") return on_curve(object, false, parts);
  if (kty == "OKP") return on_curve(object, true, parts);
  if (kty != "oct") return unknown("is of a type that is not known here: " + quoted(kty));
  if (!bytes_member(object, "k", parts.k) || parts.k.empty()) return bad("lacks `k`, or it is not base64url");
  return Key::oct(Secret(parts.k));
}

std::string member(const char* name, const std::string& bytes) { return std::string("\"") + name + "\":\"" + base64url(bytes) + "\""; }

// The members that RFC 7638, 3.2 names, in its order.
std::string required_members(const Key& key) {
  switch (key.kind()) {
    case crypto::Kind::oct: return member("k", key.secret()) + ",\"kty\":\"oct\"";
    case crypto::Kind::rsa:
    case crypto::Kind::rsa_pss: return member("e", key.exponent()) + ",\"kty\":\"RSA\"," + member("n", key.modulus());
    case crypto::Kind::ec:
      return "\"crv\":\"" + std::string(name_of(key.curve())) + "\",\"kty\":\"EC\"," + member("x", key.point_x()) + "," + member("y", key.point_y());
    case crypto::Kind::ed:
    case crypto::Kind::x: return "\"crv\":\"" + std::string(name_of(key.curve())) + "\",\"kty\":\"OKP\"," + member("x", key.point_x());
  }
  return {};
}

}  // namespace

bool Jwk::allows(std::string_view use_wanted, std::span<const std::string_view> any_of) const noexcept {
  if (!use.empty() && use != use_wanted) return false;
  if (operations.empty()) return true;
  return std::any_of(any_of.begin(), any_of.end(),
                     [&](std::string_view each) { return std::find(operations.begin(), operations.end(), each) != operations.end(); });
}

Result<Jwk> parse_jwk(const Value& object) {
  if (!object.is_object()) return bad("is no JSON object");
  std::string_view kid, alg, use;
  if (!text_member(object, "kid", kid) || !text_member(object, "alg", alg, 64) || !text_member(object, "use", use, 64))
    return bad("has a `kid`, `alg` or `use` that is no text, or is too long");
  std::vector<std::string> operations;
  if (Value listed = object.get("key_ops"); !listed.is_absent()) {
    if (!listed.is_array() || listed.size() == 0 || listed.size() > 16) return bad("has `key_ops` that is no list of operations");
    for (const Value& each : listed.items()) {
      if (!each.is_text()) return bad("has `key_ops` that is no list of operations");
      if (std::find(operations.begin(), operations.end(), each.as_text()) != operations.end()) return bad("names one of `key_ops` twice");
      operations.emplace_back(each.as_text());
    }
  }
  Result<Key> key = material(object);
  if (!key) return key.error().sentence.starts_with("the key ") ? key.error() : bad("is refused: " + key.error().sentence);
  Jwk out{std::move(*key), std::string(kid), std::string(alg), std::string(use), std::move(operations)};
  // A key whose `alg` it cannot be used with would fail at each message; that is said when it is read. ES256 with P-384, HS256 with RSA.
  if (const SignatureAlgorithm* named = signature_algorithm(alg); named && !fits(*named, out.key, false))
    return bad("does not fit its `alg` " + std::string(named->name) + ": another type or curve, or too short");
  return out;
}

Result<Jwk> parse_jwk(std::string text) {
  if (text.size() > KeySet::most_bytes) return bad("is longer than 256 KiB");
  Result<Json> json = Json::parse(std::move(text), "the key");
  if (!json) return json.error();
  return parse_jwk(json->root());
}

Result<KeySet> KeySet::parse(std::string text) {
  if (text.size() > most_bytes) return Error{Fault::malformed, "the key set is longer than 256 KiB"};
  Result<Json> json = Json::parse(std::move(text), "the key set");
  if (!json) return json.error();
  Value keys = json->root().get("keys");
  std::span<const Value> items = keys.is_array() ? keys.items() : std::span<const Value>(&json->root(), 1);
  if (!keys.is_absent() && !keys.is_array()) return Error{Fault::malformed, "`keys` of the key set is no list"};
  if (items.size() > most_keys) return Error{Fault::malformed, "the key set has more than 64 keys"};
  KeySet out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    Result<Jwk> key = parse_jwk(items[i]);
    if (key) {
      out.keys.push_back(std::move(*key));
    } else if (key.error().fault == Fault::rejected) {
      ++out.skipped;
    } else {
      return Error{Fault::malformed, key.error().sentence + " (number " + std::to_string(i + 1) + " of the set)"};
    }
  }
  if (out.keys.empty()) return Error{Fault::malformed, "the key set has no key that can be used here"};
  return out;
}

KeySet KeySet::of(Jwk key) {
  KeySet out;
  out.keys.push_back(std::move(key));
  return out;
}

std::string thumbprint(const Key& key) { return base64url(crypto::digest(crypto::Hash::sha256, "{" + required_members(key) + "}")); }

std::string public_jwk(const Key& key) {
  invariant(key.kind() != crypto::Kind::oct, "a secret has no public part");
  return "{" + required_members(key) + "}";
}

}  // namespace arint::security::jose
