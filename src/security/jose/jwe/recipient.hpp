// SPDX-License-Identifier: GPL-3.0-or-later
// How one recipient gets at the content key: the key management algorithms of RFC 7518, 4.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "security/jose/algorithm.hpp"
#include "security/jose/header.hpp"
#include "security/jose/jwk.hpp"

namespace arint::security::jose {

// What giving a recipient the key produced.
struct ForRecipient {
  std::string encrypted_key{};   // raw; empty for dir and ECDH-ES
  std::string header_members{};  // JSON members to add, each behind a comma: `,"iv":"..."`
  Secret content_key{};          // dir and ECDH-ES choose it themselves
};

// The key fits (algorithm.hpp). `content_key`: what to give, unless the algorithm chooses. `header`: apu and apv are taken from it.
// Faults: rejected: apu or apv is not base64url.
Result<ForRecipient> give(const KeyAlgorithm& algorithm, const ContentAlgorithm& content, const Jwk& key, const Header& header,
                          const Secret& content_key);

// Takes PBES2 iterations from `iterations`. Faults: malformed (a header member is missing or unusable), refused (over a cap).
// nullopt: the key was not given to this one. RSA gives a key that opens nothing instead.
Result<std::optional<Secret>> take(const KeyAlgorithm& algorithm, const ContentAlgorithm& content, const Jwk& key, const Header& header,
                                   std::string_view encrypted_key, std::uint64_t& iterations);

inline constexpr std::uint32_t own_iterations = 10'000;  // PBES2 when we encrypt; RFC 7518, 4.8.1.2 asks for 1000 at least

}  // namespace arint::security::jose
