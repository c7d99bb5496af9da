// SPDX-License-Identifier: GPL-3.0-or-later
// JSON Web Signature (RFC 7515), with detached content (its appendix F) and unencoded payloads (RFC 7797).
//
// A key verifies with the one algorithm it is bound to (RFC 8725, 3.1): its `alg`, or, where it names none, the only algorithm of
// VerifyOptions::algorithms that it fits. What the token's header says is compared with that and never chooses anything.
// `jku`, `x5u`, `jwk` and `x5c` in a token are never looked at: keys come from the key set alone.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "security/jose/algorithm.hpp"
#include "security/jose/header.hpp"
#include "security/jose/jwk.hpp"

namespace arint::security::jose {

struct VerifyOptions {
  std::vector<std::string> algorithms{};            // those accepted; empty: those the keys name
  std::optional<std::string_view> detached{};       // the payload, when the token does not carry it
  std::vector<std::string_view> understood{};       // names that `crit` may ask for, besides b64
  std::size_t most_bytes = 1u << 20;                // of the token
  std::size_t most_signatures = 8;                  // of a JSON serialization
  std::size_t most_keys = 8;                        // tried for one signature
};

struct Verified {
  std::string payload{};
  Header header{};              // the protected part; nobody signed the other
  std::string algorithm{};
  std::size_t key = 0;  // its place in the key set
};

// The compact serialization. Faults: malformed (not a JWS), refused (an algorithm or `crit` that is not accepted, no key, not its signature).
Result<Verified> verify_compact(std::string_view token, const KeySet& keys, const VerifyOptions& options = {});
// The JSON serializations, general and flattened. One good signature is enough; which one, its header tells.
Result<Verified> verify_json(std::string_view text, const KeySet& keys, const VerifyOptions& options = {});

enum class Detached { no, yes };

// `header`: the whole protected header as JSON text; its `alg` says with what, and it is sent as it stands. Faults: rejected: the key
// does not fit the algorithm, or the payload cannot be sent so (RFC 7797, 5.2).
Result<std::string> sign_compact(std::string_view header, std::string_view payload, const Jwk& key, Detached detached = Detached::no);

struct Signer {
  const Jwk& key;
  std::string_view protected_header{};    // JSON text, or empty
  std::string_view unprotected_header{};  // JSON text, or empty
};
enum class Layout { flattened, general };  // flattened: one signer
Result<std::string> sign_json(std::string_view payload, std::span<const Signer> signers, Layout layout, Detached detached = Detached::no);

// The algorithm the key is bound to, or nullptr: it names none and several or none of `accepted` fit; or what it names is not accepted.
const SignatureAlgorithm* bound_algorithm(const Jwk& key, std::span<const std::string> accepted) noexcept;

}  // namespace arint::security::jose
