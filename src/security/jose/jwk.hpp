// SPDX-License-Identifier: GPL-3.0-or-later
// JSON Web Key and key set (RFC 7517; parameters of RFC 7518, 6, and RFC 8037, 2).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "document/value.hpp"
#include "security/crypto/key.hpp"

namespace arint::security::jose {

struct Jwk {
  crypto::Key key;
  std::string kid{};
  std::string alg{};            // the one algorithm the key is for; empty: whoever uses it must say (RFC 8725, 3.1)
  std::string use{};            // "sig", "enc" or empty
  std::vector<std::string> operations{};  // key_ops; empty: not said

  // RFC 7517, 4.2 and 4.3: whether the key says nothing against it. `operation`: "sign", "verify", "encrypt", ...
  bool allows(std::string_view use_wanted, std::span<const std::string_view> any_of) const noexcept;
};

// One key. Faults: malformed, with what is wrong and never with the key. Members that are not known are ignored (RFC 7517, 4); `x5c`,
// `x5u` are not followed.
Result<Jwk> parse_jwk(const document::Value& object);
Result<Jwk> parse_jwk(std::string text);

// A key set, or a single key as a set of one.
struct KeySet {
  static constexpr std::size_t most_keys = 64;
  static constexpr std::size_t most_bytes = 256 * 1024;
  std::vector<Jwk> keys{};
  std::size_t skipped = 0;  // keys of a kind or curve that is not known (RFC 7517, 5: to be ignored)

  // A key that is malformed is a fault, one that is merely unknown is skipped; no usable key at all is a fault.
  static Result<KeySet> parse(std::string text);
  static KeySet of(Jwk key);
};

// RFC 7638: SHA-256 over the required members, as base64url.
std::string thumbprint(const crypto::Key& key);

// The public part as JSON: {"kty":"EC","crv":...}. Not for oct.
std::string public_jwk(const crypto::Key& key);

}  // namespace arint::security::jose
