// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/standards/standards.hpp"

namespace arint::security {
namespace {

constexpr std::string_view jose = "src/security/jose/jose_test.cpp", claims = "src/security/jwt/claims_test.cpp", crypto = "src/security/crypto/crypto_test.cpp",
                           node = "tests/node/security_test.py", signatures = "src/security/signatures/signatures_test.cpp";
constexpr Coverage done = Coverage::done, part = Coverage::part;

constexpr Standard table[] = {
    {"RFC 7515", "", "JSON Web Signature: compact, JSON flattened and general, detached content", done, "", jose, "EveryAlgorithmSignsAndVerifiesAndNoOtherKeyDoes"},
    {"RFC 7515", "4.1.11", "`crit` is honoured", done, "", jose, "CritIsHonoured"},
    {"RFC 7516", "", "JSON Web Encryption: compact, JSON, several recipients, `zip`", done, "", jose, "EveryPairOfAlgorithmsOpensWithItsKeyOnly"},
    {"RFC 7516", "11.5", "a wrong key fails as a wrong tag does", done, "", jose, "RsaWithPkcs1OpensOnlyWhereItIsNamed"},
    {"RFC 7517", "", "JSON Web Key and key set", part, "`x5c`, `x5t` and `x5u` are ignored", jose, "AKeySetIsRead"},
    {"RFC 7518", "", "the algorithms of JWS and JWE", done, "", jose, "EveryPairOfAlgorithmsOpensWithItsKeyOnly"},
    {"RFC 7518", "4.6.2, 5.2", "Concat KDF; AES-CBC with HMAC", done, "", crypto, "CbcWithHmacIsTheOneOfTheRfc"},
    {"RFC 7519", "", "JSON Web Token: claims", part, "nested and encrypted tokens are not taken by the scheme `jwt`", claims, "TimesAreKeptWithTheSkewAllowed"},
    {"RFC 7638", "", "thumbprint of a key", done, "", jose, "TheThumbprintIsTheOneOfTheRfc"},
    {"RFC 7797", "", "unencoded payload", done, "", jose, "DetachedAndUnencodedPayloads"},
    {"RFC 8037", "", "EdDSA with Ed25519 and Ed448; ECDH-ES with X25519 and X448", done, "", jose, "every_management"},
    {"RFC 8725", "", "current practice for tokens: one algorithm a key, `iss`, `aud`, `typ`, caps", done, "", node, "test_a_token_that_is_not_right_is_refused"},
    {"RFC 8812", "3.2", "ES256K", done, "", jose, "ES256K"},
    {"RFC 9068", "", "access tokens as JWT: `type: at+jwt`", done, "", claims, "AnotherKindOfTokenIsNoAccessToken"},
    {"RFC 2104, 4231", "", "HMAC", done, "", crypto, "HmacIsTheOneOfTheRfc"},
    {"RFC 3394", "", "AES key wrap", done, "", crypto, "KeyWrapIsTheOneOfTheRfc"},
    {"RFC 8017", "7, 8", "RSA: OAEP, PSS, PKCS #1 v1.5", done, "", "tests/conformance/suites_test.py", "Wycheproof"},
    {"RFC 8018", "5.2", "PBKDF2", done, "", crypto, "Pbkdf2IsTheOneOfTheRfc"},
    {"RFC 8032", "", "Ed25519, Ed448", done, "", "tests/conformance/suites_test.py", "Wycheproof"},
    {"RFC 6750", "2.1, 3", "bearer tokens in Authorization, in (`jwt`) and out (`bearer`)", part, "2.2 and 2.3, a token in the form or the query, are not taken", node,
     "test_a_token_without_the_scope_is_forbidden"},
    {"RFC 7617", "", "Basic, in and out", done, "", node, "test_basic_takes_slow_and_fast_hashes"},
    {"RFC 9110", "11, 15.5.2, 15.5.4", "challenges, 401 and 403", done, "", node, "test_one_of_several_is_enough_and_all_of_several_are_needed"},
    {"RFC 9421", "", "HTTP Message Signatures", part, "made and verified as values; no scheme uses them yet, and trailers (`tr`) are refused", signatures, "WhatIsCoveredCannotChange"},
    {"RFC 9530", "2", "Content-Digest", part, "made and checked as a value; no channel asks for it yet", signatures, "ContentDigest"},
    {"RFC 9651, 8941", "", "structured fields", done, "", "src/http/codec/structured/structured_test.cpp", "ItemsOfEveryType"},
    {"RFC 8446, 5246", "", "TLS 1.3 and 1.2, in and out", done, "", "tests/node/tls_test.py", "test_a_gateway_route_streams_through_tls"},
};

}  // namespace

std::span<const Standard> standards() noexcept { return table; }

}  // namespace arint::security
