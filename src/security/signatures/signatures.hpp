// SPDX-License-Identifier: GPL-3.0-or-later
// HTTP Message Signatures (RFC 9421): making and checking the fields Signature-Input and Signature.
//
// Who verifies says what must be covered; what the signer left out nobody signed (RFC 9421, 7.2.1). A key has one algorithm, and the
// signature's `alg` is only compared with it (7.3.6).
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "security/crypto/sign.hpp"
#include "security/signatures/message.hpp"

namespace arint::security::signatures {

// RFC 9421, 3.3.
struct Algorithm {
  std::string_view name;
  crypto::Signing how;
  crypto::Hash hash;
  crypto::Curve curve;
};
std::span<const Algorithm> algorithms() noexcept;
const Algorithm* algorithm_named(std::string_view name) noexcept;
bool fits(const Algorithm& algorithm, const crypto::Key& key, bool with_private) noexcept;

struct SigningKey {
  std::string id{};
  crypto::Key key;
  const Algorithm* algorithm = nullptr;
};

struct Parameters {
  std::optional<std::int64_t> created{}, expires{};  // seconds since 1970
  std::string nonce{}, keyid{}, alg{}, tag{};
};

struct VerifyOptions {
  std::vector<Component> required{};  // components that must be covered, with just these parameters
  std::int64_t now = 0;               // seconds since 1970; 0: times are not looked at
  std::int64_t skew = 60;             // seconds that clocks may differ
  std::int64_t most_age = 300;        // seconds since `created`; then `created` is required
  std::string tag{};                  // the signature meant has this tag; empty: any
};

struct Verified {
  std::string label{};
  Parameters parameters{};
  std::size_t key = 0;  // its place among the keys
};

// At most eight signatures of a message are looked at; one that verifies, and covers what is required, is enough.
// Faults: malformed (the fields cannot be read), refused (no such signature, not of the key, too old, or covers too little).
Result<Verified> verify(const Message& message, std::span<const SigningKey> keys, const VerifyOptions& options);

struct Fields {
  std::string input{}, signature{};  // values of Signature-Input and Signature
};
// `label` is the key in both dictionaries. Empty parameters are left out; keyid and alg are as given.
Result<Fields> sign(const Message& message, std::span<const Component> covered, const Parameters& parameters, const SigningKey& key,
                    std::string_view label = "sig");

// Content-Digest (RFC 9530): sha-256 and sha-512.
std::string content_digest(std::string_view body, std::string_view algorithm = "sha-256");
// Every digest of an algorithm that is known must be right, and there must be one. Fault: rejected; malformed when it cannot be read.
Result<void> check_content_digest(std::string_view field, std::string_view body);

}  // namespace arint::security::signatures
