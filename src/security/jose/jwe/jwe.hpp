// SPDX-License-Identifier: GPL-3.0-or-later
// JSON Web Encryption (RFC 7516): compact and JSON, to one recipient or several.
//
// Opening: the algorithms must be named by who opens, `RSA1_5` above all (RFC 8725, 3.2); a key that names its `alg` is used with no
// other. Everything the sender chooses has a cap: sizes, recipients, PBES2 iterations (their sum over a token), inflated bytes.
// Whatever goes wrong with the cryptography is one sentence: nobody learns whether the key or the content was wrong (RFC 7516, 11.5).
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

struct OpenOptions {
  std::vector<std::string> algorithms{};   // `alg` accepted; empty: those the keys name, and dir for a key of a content algorithm
  std::vector<std::string> encryptions{};  // `enc` accepted; empty: all
  std::vector<std::string_view> understood{};  // names that `crit` may ask for
  std::size_t most_bytes = 1u << 20;       // of the token
  std::size_t most_plaintext = 1u << 20;   // also once it is inflated
  std::size_t most_recipients = 8;
  std::uint64_t most_iterations = 100'000;  // of PBES2, in all
};

struct Opened {
  std::string plaintext{};
  Header header{};          // the protected part
  std::string algorithm{}, encryption{};
  std::string aad{};        // JSON serialization: `aad`, decoded; authenticated with the content
  std::size_t key = 0;      // its place in the key set
};

Result<Opened> open_compact(std::string_view token, const KeySet& keys, const OpenOptions& options = {});
Result<Opened> open_json(std::string_view text, const KeySet& keys, const OpenOptions& options = {});

// `header`: the protected header as JSON text with `alg` and `enc`; what the algorithm adds (epk, iv, tag, p2s, p2c) is put at its end.
// `zip: DEF` compresses. Faults: rejected: the key does not fit, the header is not one that can be sent.
Result<std::string> encrypt_compact(std::string_view header, std::string_view plaintext, const Jwk& key);

struct Recipient {
  const Jwk& key;
  std::string_view header{};  // JSON text of its unprotected header, or empty; `alg` may stand here
};
struct JsonParts {
  std::string_view protected_header{};  // JSON text with `enc`
  std::string_view aad{};
};
// Flattened for one recipient, general for several. dir and ECDH-ES: one recipient only (RFC 7516, 7.2.1).
Result<std::string> encrypt_json(const JsonParts& parts, std::string_view plaintext, std::span<const Recipient> recipients);

}  // namespace arint::security::jose
