// SPDX-License-Identifier: GPL-3.0-or-later
// JSON Web Tokens (RFC 7519) as the current practice asks for them (RFC 8725), and the profile for access tokens (RFC 9068).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "security/jose/jws.hpp"

namespace arint::security::jwt {

enum class Profile {
  any,           // typ is absent, JWT, or what `type` says; never that of another kind of token
  access_token,  // typ at+jwt; iss, exp, aud, sub, client_id, iat and jti are there (RFC 9068, 2.2)
};

struct Rules {
  std::vector<std::string> issuers{};     // `iss` is one of them; not empty
  std::vector<std::string> audiences{};   // `aud` has one of them; not empty
  std::vector<std::string> algorithms{};  // empty: those the keys name
  Profile profile = Profile::any;
  std::int64_t skew = 60;                 // seconds that clocks may differ
  std::int64_t most_age = 0;              // seconds since `iat`; 0: `exp` alone counts
};

struct Claims {
  jose::Json json{};  // an object
  std::int64_t expires = 0;
  std::string_view text(std::string_view name) const;  // into json; empty when it is absent or no text
  bool has_scope(std::string_view scope) const;        // RFC 8693, 4.2: a list with blanks; `scp` as some issuers have it
};

// Verifies the signature and every rule. Faults: malformed (no such token), refused (with the reason, which is for the log).
Result<Claims> verify(std::string_view token, const jose::KeySet& keys, const Rules& rules, std::int64_t now_seconds);

inline constexpr std::size_t most_bytes = 32 * 1024;

}  // namespace arint::security::jwt
