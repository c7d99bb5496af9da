// SPDX-License-Identifier: GPL-3.0-or-later
// Signatures and MACs over bytes, under one algorithm with one key. JWS, HTTP message signatures and webhooks build on these.
#pragma once
#include <string>
#include <string_view>

#include "security/crypto/key.hpp"

namespace arint::security::crypto {

enum class Signing {
  hmac,       // RFC 2104
  rsa_pkcs1,  // RSASSA-PKCS1-v1_5, RFC 8017, 8.2
  rsa_pss,    // RSASSA-PSS, RFC 8017, 8.1: MGF1 and salt of the hash
  ecdsa,      // r and s side by side, each of the curve's size (RFC 7518, 3.4)
  eddsa,      // RFC 8032, pure; the hash is not used
};

// Whether such a key does that at all: its kind, and that it has the private part where `to_sign`. No sizes.
bool fits(Signing how, const Key& key, bool to_sign) noexcept;

// The key fits. Faults: bug-like failures of the library only, as Fault::refused.
Result<std::string> sign(Signing how, Hash hash, const Key& key, std::string_view input);
// False: this is not the signature of `input` by this key. ECDSA: also when r or s is 0, or the length is not exactly two coordinates.
bool verify(Signing how, Hash hash, const Key& key, std::string_view input, std::string_view signature);

}  // namespace arint::security::crypto
