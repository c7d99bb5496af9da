// SPDX-License-Identifier: GPL-3.0-or-later
// Hashes and keyed hashes (FIPS 180-4, RFC 1321, RFC 2104), from OpenSSL's libcrypto.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace arint {

using Digest = std::array<std::uint8_t, 32>;
Digest sha256(std::string_view bytes);

// The algorithms that can be named: sha-256, sha-384, sha-512, and for what is old already sha-1 and md5.
std::span<const std::string_view> hash_names() noexcept;

// The raw digest. False when no algorithm has that name, or this OpenSSL is configured not to have it (FIPS: md5).
bool hash(std::string_view algorithm, std::string_view bytes, std::string& out);
bool hmac(std::string_view algorithm, std::string_view key, std::string_view bytes, std::string& out);

}  // namespace arint
