// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/jwt/claims.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace arint::security::jwt {
namespace {

using document::Value;

Error refused(std::string sentence) { return {Fault::refused, std::move(sentence)}; }

// NumericDate of RFC 7519, 2: seconds, perhaps with a fraction. False: it is there and is none.
bool date_of(const Value& claims, std::string_view name, std::optional<double>& out) {
  Value value = claims.get(name);
  if (value.is_absent()) return true;
  if (!value.is_number()) return false;
  double seconds = value.as_double();
  if (!std::isfinite(seconds) || seconds < 0 || seconds > 253'402'300'799.0) return false;  // the year 9999
  out = seconds;
  return true;
}

bool names_one_of(const Value& claim, const std::vector<std::string>& wanted) {
  auto is_wanted = [&](const Value& each) { return each.is_text() && std::find(wanted.begin(), wanted.end(), each.as_text()) != wanted.end(); };
  if (!claim.is_array()) return is_wanted(claim);
  return claim.size() <= 64 && std::any_of(claim.items().begin(), claim.items().end(), is_wanted);
}

// RFC 8725, 3.11: the type keeps one kind of token from passing for another. RFC 7515, 4.1.9: "application/" may be left out.
Result<void> check_type(const jose::Header& header, Profile profile) {
  Value typ = header.guarded("typ");
  if (!typ.is_absent() && !typ.is_text()) return refused("the token's `typ` is no text");
  std::string type = typ.is_text() ? lower(typ.as_text()) : std::string();
  if (type.starts_with("application/")) type.erase(0, 12);
  if (profile == Profile::access_token) {
    if (type != "at+jwt") return refused("the token's `typ` is " + quoted(type) + ", and at+jwt is asked for");
    return {};
  }
  if (!type.empty() && type != "jwt" && type != "at+jwt") return refused("the token's `typ` is " + quoted(type) + ", which is another kind of token");
  return {};
}

Result<void> check_times(const Value& claims, const Rules& rules, std::int64_t now, std::int64_t& expires) {
  std::optional<double> exp, nbf, iat;
  if (!date_of(claims, "exp", exp) || !date_of(claims, "nbf", nbf) || !date_of(claims, "iat", iat)) return refused("the token's `exp`, `nbf` or `iat` is no date");
  if (!exp) return refused("the token never expires: it has no `exp`");
  auto at = static_cast<double>(now), skew = static_cast<double>(rules.skew);
  if (at >= *exp + skew) return refused("the token has expired");
  if (nbf && at < *nbf - skew) return refused("the token is not valid yet");
  if (iat && at < *iat - skew) return refused("the token was issued in the future");
  expires = static_cast<std::int64_t>(*exp + skew);
  if (rules.most_age > 0) {
    if (!iat) return refused("the token does not say when it was issued: it has no `iat`");
    if (at >= *iat + skew + static_cast<double>(rules.most_age)) return refused("the token was issued too long ago");
    expires = std::min(expires, static_cast<std::int64_t>(*iat + skew) + rules.most_age);
  }
  return {};
}

Result<void> check_claims(const Value& claims, const Rules& rules) {
  Value issuer = claims.get("iss");
  if (!issuer.is_text() || std::find(rules.issuers.begin(), rules.issuers.end(), issuer.as_text()) == rules.issuers.end())
    return refused("the token is of another issuer" + (issuer.is_text() ? ": " + quoted(issuer.as_text()) : std::string()));
  if (!names_one_of(claims.get("aud"), rules.audiences)) return refused("the token is for another audience");
  if (rules.profile == Profile::access_token)
    for (const char* needed : {"sub", "client_id", "jti"})
      if (Value claim = claims.get(needed); !claim.is_text() || claim.as_text().empty())
        return refused("the token lacks `" + std::string(needed) + "`, which RFC 9068 asks for");
  if (rules.profile == Profile::access_token && claims.get("iat").is_absent()) return refused("the token lacks `iat`, which RFC 9068 asks for");
  return {};
}

}  // namespace

std::string_view Claims::text(std::string_view name) const {
  Value found = json.root().get(name);
  return found.is_text() ? found.as_text() : std::string_view();
}

bool Claims::has_scope(std::string_view scope) const {
  for (const char* name : {"scope", "scp"}) {
    Value claim = json.root().get(name);
    if (claim.is_text()) {
      std::vector<std::string_view> each = split(claim.as_text(), ' ');
      if (std::find(each.begin(), each.end(), scope) != each.end()) return true;
    } else if (claim.is_array() && names_one_of(claim, {std::string(scope)})) {
      return true;
    }
  }
  return false;
}

Result<Claims> verify(std::string_view token, const jose::KeySet& keys, const Rules& rules, std::int64_t now_seconds) {
  invariant(!rules.issuers.empty() && !rules.audiences.empty(), "who verifies says whose tokens for whom");
  jose::VerifyOptions options;
  options.algorithms = rules.algorithms;
  options.most_bytes = most_bytes;
  Result<jose::Verified> verified = jose::verify_compact(token, keys, options);
  if (!verified) return verified.error();
  // RFC 7797, 7: a JWT's payload is always encoded.
  if (!verified->header.get("b64").is_absent()) return refused("the token has `b64`, which no JWT has");
  Result<void> good = check_type(verified->header, rules.profile);
  if (!good) return good.error();
  Result<jose::Json> json = jose::Json::parse(std::move(verified->payload), "the token's content");
  if (!json) return json.error();
  if (!json->root().is_object()) return Error{Fault::malformed, "the token's content is no object"};
  Claims out;
  good = check_claims(json->root(), rules);
  if (good) good = check_times(json->root(), rules, now_seconds, out.expires);
  if (!good) return good.error();
  out.json = std::move(*json);
  return out;
}

}  // namespace arint::security::jwt
