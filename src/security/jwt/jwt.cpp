// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/jwt/jwt.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "declare/project.hpp"
#include "security/jwt/claims.hpp"
#include "security/recent.hpp"

namespace arint::security::jwt {

[[maybe_unused]] const declare::Words<Profile>& words_of(Profile) {
  static const declare::Words<Profile> words{{"any", Profile::any}, {"at+jwt", Profile::access_token}};
  return words;
}

namespace {

constexpr std::size_t most_remembered = 4096;

struct Settings {
  std::vector<std::string> issuer{}, audience{}, algorithms{}, scopes{};
  std::optional<declare::File> jwks{};
  Secret keys{};
  Profile type = Profile::any;
  std::string principal{};
  Millis skew{}, max_age{};
  Position at{};
};

class TokenVerifier : public Verifier {
 public:
  TokenVerifier(jose::KeySet keys, Rules rules, std::string principal, std::vector<std::string> scopes)
      : keys_(std::move(keys)), rules_(std::move(rules)), principal_(std::move(principal)), scopes_(std::move(scopes)), recent_(most_remembered) {}

  Verdict verify(const Inbound& request) override {
    Credentials shown = credentials_of(request.fields, "bearer");
    if (!shown.shown) return {};
    if (shown.twice) return refused("the request has Authorization more than once", "invalid_request");
    if (shown.text.size() > most_bytes) return refused("the token is longer than 32 KiB", "invalid_token");
    Digest seen = sha256(shown.text);
    if (const Principal* known = recent_.find(seen, request.now_seconds)) return {Verdict::As::proved, *known, {}, {}};
    Result<Claims> claims = jwt::verify(shown.text, keys_, rules_, request.now_seconds);
    if (!claims) return refused(claims.error().sentence, "invalid_token");
    std::string_view name = claims->text(principal_);
    if (name.empty() || name.size() > 256) return refused("the token's `" + principal_ + "` is no text of 1 to 256 bytes", "invalid_token");
    for (const std::string& scope : scopes_)
      if (!claims->has_scope(scope))
        return {Verdict::As::forbidden, {std::string(name), {}}, "the token of " + quoted(name, 60) + " has not the scope " + quoted(scope), "insufficient_scope"};
    Principal principal{std::string(name), claims->json.text()};
    recent_.keep(seen, principal, claims->expires);
    return {Verdict::As::proved, std::move(principal), {}, {}};
  }

  // RFC 6750, 3.
  std::string challenge(std::string_view realm, const Verdict& verdict) const override {
    std::string out = challenge_of("Bearer", realm);
    if (!verdict.error.empty()) out += ", error=\"" + verdict.error + "\"";
    if (verdict.error == "insufficient_scope") out += ", scope=\"" + join(scopes_, " ") + "\"";
    return out;
  }

 private:
  const jose::KeySet keys_;
  const Rules rules_;
  const std::string principal_;
  const std::vector<std::string> scopes_;
  Recent recent_;
};

// Each key must end with one algorithm, or it would be there and never used.
void check_algorithms(const jose::KeySet& keys, const Settings& settings, declare::Reading& reading) {
  for (const jose::Jwk& key : keys.keys)
    if (!jose::bound_algorithm(key, settings.algorithms) && (key.use.empty() || key.use == "sig"))
      reading.fault(settings.at, "the key " + quoted(key.kid) + " names no algorithm that is accepted; `algorithms` must name the one it is for");
}

std::unique_ptr<Verifier> make_verifier(const declare::Choice& choice, Verifiers& others) {
  const Settings& settings = choice.as<Settings>();
  Result<std::string> text = settings.jwks ? others.reading().project().read_file(settings.jwks->path, jose::KeySet::most_bytes) : Result<std::string>(settings.keys.reveal());
  if (!text) {
    others.reading().fault(settings.at, text.error().sentence);
    return nullptr;
  }
  Result<jose::KeySet> keys = jose::KeySet::parse(std::move(*text));
  if (!keys) {
    others.reading().fault(settings.at, keys.error().sentence);
    return nullptr;
  }
  check_algorithms(*keys, settings, others.reading());
  Rules rules{settings.issuer, settings.audience, settings.algorithms, settings.type, settings.skew.count() / 1000, settings.max_age.count() / 1000};
  return std::make_unique<TokenVerifier>(std::move(*keys), std::move(rules), settings.principal, settings.scopes);
}

std::vector<std::string> algorithm_names() {
  std::vector<std::string> out;
  for (const jose::SignatureAlgorithm& each : jose::signature_algorithms()) out.emplace_back(each.name);
  return out;
}

}  // namespace

Scheme scheme() {
  Scheme out;
  out.options =
      declare::Settings<Settings>{"jwt", "Callers show a JSON Web Token in Authorization: Bearer (RFC 6750, 7519, 8725). Its claims are $claims."}
          .add(&Settings::issuer, {.name = "issuer", .help = "Whose tokens: `iss` is exactly one of these.", .required = true, .example = "\"https://id.example\"", .one_alone = true})
          .add(&Settings::audience, {.name = "audience", .help = "For whom: `aud` has one of these.", .required = true, .example = "orders", .one_alone = true})
          .add(&Settings::jwks, {.name = "jwks", .help = "File with the issuer's keys: a JSON Web Key Set, or one key (RFC 7517). Read again at each reload.", .example = "keys/partners.jwks"})
          .add(&Settings::keys, {.name = "keys", .help = "The same as text: for keys that are secrets.", .fallback = "", .example = "${env:PARTNERS_JWKS}"})
          .add(&Settings::algorithms, {.name = "algorithms", .help = "The algorithms accepted; without them those that the keys name. A key that names none is used with the one "
                                                                     "of these that fits it, and not at all when two do.",
                                       .fallback = "[]", .example = "[ES256]", .choices = algorithm_names(), .one_alone = true})
          .add(&Settings::type, {.name = "type", .help = "`at+jwt`: access tokens of RFC 9068 only, with all that it asks for. `any`: also tokens whose `typ` is absent or JWT.",
                                 .fallback = "any"})
          .add(&Settings::principal, {.name = "principal", .help = "The claim that becomes $principal.", .fallback = "sub"})
          .add(&Settings::scopes, {.name = "scopes", .help = "Scopes that the token must all have; without one the caller gets 403.", .fallback = "[]", .example = "[orders.write]",
                                   .one_alone = true})
          .add(&Settings::skew, {.name = "skew", .help = "How far clocks may differ.", .fallback = "60s", .least = "0ms", .most = "10m"})
          .add(&Settings::max_age, {.name = "max_age", .help = "How old a token may be by its `iat`, whatever its `exp` says; 0: not looked at.", .fallback = "0s", .least = "0ms"})
          .check([](Settings& settings, const declare::Node& node, declare::Reading& reading) {
            if (settings.jwks.has_value() == !settings.keys.empty()) reading.fault(node.at, "either `jwks`, a file, or `keys`, the same as text");
          })
          .place(&Settings::at)
          .shape();
  out.verifier = make_verifier;
  return out;
}

}  // namespace arint::security::jwt
