// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "base/text.hpp"
#include "security/jose/jwe/jwe.hpp"
#include "security/jose/jws.hpp"
#include "security/jose/jwe/zip.hpp"

namespace arint::security::jose {
namespace {

crypto::Key rsa_key() {
  static const crypto::Key made = [] {
    crypto::Pkey pkey = crypto::owned(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}));
    std::unique_ptr<BIO, crypto::Free<BIO_free>> bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(bio.get(), pkey.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    long size = BIO_get_mem_data(bio.get(), &data);
    return *crypto::Key::from_pem({data, static_cast<std::size_t>(size)});
  }();
  return made;
}

Jwk secret(std::size_t bytes, std::string alg = {}) { return {crypto::Key::oct(Secret(crypto::random_bytes(bytes))), "", std::move(alg)}; }

std::string header(std::string_view alg) { return R"({"alg":")" + std::string(alg) + R"("})"; }

std::string compact(std::string_view header, std::string_view payload, std::string_view signature) {
  return base64url(header) + "." + base64url(payload) + "." + base64url(signature);
}

struct Signs {
  std::string alg;
  crypto::Key key;
};
std::vector<Signs> every_signature() {
  std::vector<Signs> out;
  for (const char* alg : {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}) out.push_back({alg, rsa_key()});
  out.push_back({"HS256", secret(32).key});
  out.push_back({"HS384", secret(48).key});
  out.push_back({"HS512", secret(64).key});
  out.push_back({"ES256", crypto::Key::generate(crypto::Curve::p256)});
  out.push_back({"ES384", crypto::Key::generate(crypto::Curve::p384)});
  out.push_back({"ES512", crypto::Key::generate(crypto::Curve::p521)});
  out.push_back({"ES256K", crypto::Key::generate(crypto::Curve::secp256k1)});
  out.push_back({"EdDSA", crypto::Key::generate(crypto::Curve::ed25519)});
  out.push_back({"EdDSA", crypto::Key::generate(crypto::Curve::ed448)});
  return out;
}

TEST(Jws, EveryAlgorithmSignsAndVerifiesAndNoOtherKeyDoes) {
  std::vector<Signs> all = every_signature();
  EXPECT_EQ(all.size(), signature_algorithms().size() + 1);
  for (const Signs& each : all) {
    Jwk key{each.key, "k", each.alg};
    Result<std::string> token = sign_compact(header(each.alg), "payload", key);
    ASSERT_TRUE(token.ok()) << each.alg << token.error().sentence;
    Result<Verified> good = verify_compact(*token, KeySet::of(key));
    ASSERT_TRUE(good.ok()) << each.alg << good.error().sentence;
    EXPECT_EQ(good->payload, "payload");
    EXPECT_EQ(good->algorithm, each.alg);
    for (const Signs& other : all) {
      EXPECT_EQ(verify_compact(*token, KeySet::of({other.key, "k", other.alg})).ok(), &other == &each) << each.alg << " " << other.alg;
    }
  }
}

TEST(Jws, NoneIsRefusedInEverySpelling) {
  KeySet keys = KeySet::of({crypto::Key::generate(crypto::Curve::p256), "", "ES256"});
  for (const char* alg : {"none", "None", "NONE", "nOnE", "", "ES256 "}) {
    EXPECT_FALSE(verify_compact(compact(header(alg), "{}", ""), keys));
    VerifyOptions options;
    options.algorithms = {alg};
    EXPECT_FALSE(verify_compact(compact(header(alg), "{}", ""), keys, options));
  }
}

// CVE-2015-9235: the public key, which everybody has, as the secret of an HMAC.
TEST(Jws, APublicKeyIsNeverASecret) {
  crypto::Key rsa = rsa_key();
  std::string input = base64url(header("HS256")) + "." + base64url("{}");
  for (const std::string& guess : {public_jwk(rsa), rsa.modulus()}) {
    std::string token = input + "." + base64url(crypto::hmac(crypto::Hash::sha256, guess, input));
    EXPECT_FALSE(verify_compact(token, KeySet::of({rsa, "", "RS256"})));
    EXPECT_FALSE(verify_compact(token, KeySet::of({rsa})));
    VerifyOptions both;
    both.algorithms = {"RS256", "HS256"};
    EXPECT_FALSE(verify_compact(token, KeySet::of({rsa}), both));
  }
}

TEST(Jws, AKeyIsBoundToOneAlgorithm) {
  Jwk key{rsa_key()};
  std::string rs = *sign_compact(header("RS256"), "{}", key), ps = *sign_compact(header("PS256"), "{}", key);
  key.alg = "PS256";
  EXPECT_TRUE(verify_compact(ps, KeySet::of(key)).ok());
  EXPECT_FALSE(verify_compact(rs, KeySet::of(key)));
  EXPECT_FALSE(sign_compact(header("RS256"), "{}", key));
  // One that names none: who verifies says which, and only one.
  key.alg.clear();
  EXPECT_FALSE(verify_compact(ps, KeySet::of(key)));
  VerifyOptions options;
  options.algorithms = {"PS256"};
  EXPECT_TRUE(verify_compact(ps, KeySet::of(key), options).ok());
  EXPECT_FALSE(verify_compact(rs, KeySet::of(key), options));
  options.algorithms = {"PS256", "RS256"};
  EXPECT_FALSE(verify_compact(ps, KeySet::of(key), options));
}

TEST(Jws, ShortKeysAreNotUsed) {
  EXPECT_FALSE(sign_compact(header("HS256"), "{}", secret(31)));
  EXPECT_TRUE(sign_compact(header("HS256"), "{}", secret(32)).ok());
  EXPECT_FALSE(sign_compact(header("HS512"), "{}", secret(63)));
  EXPECT_FALSE(parse_jwk(R"({"kty":"oct","k":"c2hvcnQ","alg":"HS256"})"));
}

TEST(Jws, KidChoosesAmongKeysAndNothingElse) {
  KeySet keys;
  keys.keys.push_back({crypto::Key::generate(crypto::Curve::p256), "one", "ES256"});
  keys.keys.push_back({crypto::Key::generate(crypto::Curve::p256), "two", "ES256"});
  Result<std::string> token = sign_compact(R"({"alg":"ES256","kid":"two"})", "{}", keys.keys[1]);
  EXPECT_EQ(verify_compact(*token, keys)->key, 1u);
  for (const char* kid : {"one", "three", "../../etc/passwd", "two' or '1'='1", "TWO"}) {
    token = sign_compact(R"({"alg":"ES256","kid":")" + std::string(kid) + R"("})", "{}", keys.keys[1]);
    EXPECT_FALSE(verify_compact(*token, keys)) << kid;
  }
  // Without one, each key of the algorithm is tried.
  EXPECT_TRUE(verify_compact(*sign_compact(header("ES256"), "{}", keys.keys[1]), keys).ok());
}

TEST(Jws, AKeyWithinTheTokenIsNotUsed) {
  Jwk forger{crypto::Key::generate(crypto::Curve::p256), "", "ES256"};
  std::string with_key = R"({"alg":"ES256","jwk":)" + public_jwk(forger.key) + "}";
  KeySet keys = KeySet::of({crypto::Key::generate(crypto::Curve::p256), "", "ES256"});
  EXPECT_FALSE(verify_compact(*sign_compact(with_key, "{}", forger), keys));
  EXPECT_TRUE(verify_compact(*sign_compact(with_key, "{}", forger), KeySet::of(forger)).ok());
}

TEST(Jws, CritIsHonoured) {
  Jwk key = secret(32, "HS256");
  auto token = [&](const std::string& head) {
    std::string input = base64url(head) + "." + base64url("{}");
    return input + "." + base64url(crypto::hmac(crypto::Hash::sha256, key.key.secret(), input));
  };
  KeySet keys = KeySet::of(key);
  EXPECT_TRUE(verify_compact(token(R"({"alg":"HS256","x":1})"), keys).ok());
  for (const char* head : {R"({"alg":"HS256","x":1,"crit":["x"]})", R"({"alg":"HS256","crit":[]})", R"({"alg":"HS256","crit":"x"})", R"({"alg":"HS256","crit":["alg"]})",
                           R"({"alg":"HS256","crit":["x"]})", R"({"alg":"HS256","b64":true,"crit":["b64","b64"]})", R"({"alg":"HS256","crit":[1]})"})
    EXPECT_FALSE(verify_compact(token(head), keys)) << head;
  VerifyOptions options;
  options.understood = {"x"};
  EXPECT_TRUE(verify_compact(token(R"({"alg":"HS256","x":1,"crit":["x"]})"), keys, options).ok());
}

TEST(Jws, SpellingsOfTheSameTokenAreRefused) {
  Jwk key = secret(32, "HS256");
  std::string token = *sign_compact(header("HS256"), "{}", key);
  KeySet keys = KeySet::of(key);
  EXPECT_TRUE(verify_compact(token, keys).ok());
  // The last character holds four bits that belong to no byte.
  std::string other = token;
  other.back() = other.back() == 'A' ? 'B' : static_cast<char>(other.back() + 1);
  for (const std::string& bad : {token + "=", token + " ", " " + token, token + "\n", token + ".", "." + token, other, token.substr(1), std::string("..")})
    EXPECT_FALSE(verify_compact(bad, keys)) << bad;
  EXPECT_FALSE(from_base64url("AB"));   // 0000 0000 0001: four bits over
  EXPECT_TRUE(from_base64url("AA"));
  EXPECT_FALSE(from_base64url("A"));
  EXPECT_FALSE(from_base64url("AA=="));
  EXPECT_FALSE(from_base64url("A+8A"));
}

TEST(Jws, DetachedAndUnencodedPayloads) {
  Jwk key = secret(32, "HS256");
  KeySet keys = KeySet::of(key);
  VerifyOptions detached;
  detached.detached = "a.b\n";
  std::string plain = R"({"alg":"HS256","b64":false,"crit":["b64"]})";
  for (const std::string& head : {header("HS256"), plain}) {
    Result<std::string> token = sign_compact(head, "a.b\n", key, Detached::yes);
    ASSERT_TRUE(token.ok());
    EXPECT_NE(token->find(".."), std::string::npos);
    EXPECT_TRUE(verify_compact(*token, keys, detached).ok());
    EXPECT_FALSE(verify_compact(*token, keys));
    VerifyOptions other = detached;
    other.detached = "a.b";
    EXPECT_FALSE(verify_compact(*token, keys, other));
  }
  EXPECT_FALSE(sign_compact(plain, "a.b", key));
  EXPECT_FALSE(sign_compact(R"({"alg":"HS256","b64":false})", "ab", key));
  std::string token = *sign_compact(plain, "$02", key);
  EXPECT_EQ(verify_compact(token, keys)->payload, "$02");
}

TEST(Jws, OneOfSeveralSignaturesIsEnough) {
  Jwk a{crypto::Key::generate(crypto::Curve::p256), "a", "ES256"}, b = secret(32, "HS256"), stranger = secret(32, "HS256");
  std::string head_a = header("ES256"), head_b = header("HS256");
  const Signer signers[] = {{a, head_a, {}}, {b, {}, head_b}};
  Result<std::string> text = sign_json("payload", signers, Layout::general);
  ASSERT_TRUE(text.ok()) << text.error().sentence;
  EXPECT_EQ(verify_json(*text, KeySet::of(a))->algorithm, "ES256");
  EXPECT_EQ(verify_json(*text, KeySet::of(b))->algorithm, "HS256");
  EXPECT_FALSE(verify_json(*text, KeySet::of(stranger)));
  // What nobody signed is not handed on.
  EXPECT_TRUE(verify_json(*text, KeySet::of(b))->header.get("alg").is_absent());
  for (const char* bad : {"{}", "[]", R"({"payload":"e30"})", R"({"payload":"e30","signature":"","signatures":[]})", R"({"payload":1,"signature":"AA","protected":"e30"})",
                          R"({"payload":"e30","payload":"e30","signature":"AA"})", R"({"payload":"e30","signatures":[1,"a",null,{}]})"})
    EXPECT_FALSE(verify_json(bad, KeySet::of(a))) << bad;
}

TEST(Jws, SizesAreCapped) {
  Jwk key = secret(32, "HS256");
  std::string token = *sign_compact(header("HS256"), std::string(2000, 'a'), key);
  VerifyOptions options;
  options.most_bytes = 1000;
  EXPECT_FALSE(verify_compact(token, KeySet::of(key), options));
  std::string large = R"({"alg":"HS256","x":")" + std::string(20'000, 'a') + "\"}";
  EXPECT_FALSE(sign_compact(large, "{}", key));
}

TEST(Jwk, AKeySetIsRead) {
  std::string ec = public_jwk(crypto::Key::generate(crypto::Curve::p256));
  Result<KeySet> set = KeySet::parse(R"({"keys":[)" + ec + R"(,{"kty":"lattice"},{"kty":"EC","crv":"P-192","x":"AA","y":"AA"}]})");
  ASSERT_TRUE(set.ok()) << set.error().sentence;
  EXPECT_EQ(set->keys.size(), 1u);
  EXPECT_EQ(set->skipped, 2u);
  EXPECT_TRUE(KeySet::parse(ec).ok());
  for (const std::string& bad : {std::string("{}"), std::string("[]"), std::string(R"({"keys":[]})"), std::string(R"({"keys":1})"), std::string("no json"),
                                 R"({"keys":[)" + ec + R"(,{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]})"})
    EXPECT_FALSE(KeySet::parse(bad)) << bad;
}

TEST(Jwk, FaultsDoNotRepeatTheKey) {
  for (const char* bad : {R"({"kty":"oct","k":"canary+canary"})", R"({"kty":"oct","k":"canary")", R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"canary"})"}) {
    Result<Jwk> key = parse_jwk(bad);
    ASSERT_FALSE(key.ok());
    EXPECT_EQ(key.error().sentence.find("canary"), std::string::npos) << key.error().sentence;
  }
}

// RFC 7638, 3.1.
TEST(Jwk, TheThumbprintIsTheOneOfTheRfc) {
  Result<Jwk> key = parse_jwk(
      R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"})");
  ASSERT_TRUE(key.ok()) << key.error().sentence;
  EXPECT_EQ(thumbprint(key->key), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

struct Opens {
  std::string alg;
  Jwk key;
};
std::vector<Opens> every_management() {
  std::vector<Opens> out;
  for (const char* alg : {"RSA1_5", "RSA-OAEP", "RSA-OAEP-256"}) out.push_back({alg, {rsa_key(), "", alg}});
  for (const char* alg : {"A128KW", "A128GCMKW"}) out.push_back({alg, secret(16, alg)});
  for (const char* alg : {"A192KW", "A192GCMKW"}) out.push_back({alg, secret(24, alg)});
  for (const char* alg : {"A256KW", "A256GCMKW"}) out.push_back({alg, secret(32, alg)});
  for (const char* alg : {"PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW"}) out.push_back({alg, secret(9, alg)});
  for (const char* alg : {"ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"})
    for (crypto::Curve curve : {crypto::Curve::p256, crypto::Curve::p521, crypto::Curve::x25519}) out.push_back({alg, {crypto::Key::generate(curve), "", alg}});
  return out;
}

TEST(Jwe, EveryPairOfAlgorithmsOpensWithItsKeyOnly) {
  for (const Opens& each : every_management())
    for (const ContentAlgorithm& content : content_algorithms()) {
      std::string head = R"({"alg":")" + each.alg + R"(","enc":")" + std::string(content.name) + R"("})";
      Result<std::string> token = encrypt_compact(head, "plaintext", each.key);
      ASSERT_TRUE(token.ok()) << head << token.error().sentence;
      OpenOptions options;
      options.algorithms = {each.alg};
      Result<Opened> good = open_compact(*token, KeySet::of(each.key), options);
      ASSERT_TRUE(good.ok()) << head << good.error().sentence;
      EXPECT_EQ(good->plaintext, "plaintext");
      std::string wrong = *token;
      wrong[wrong.rfind('.') + 3] ^= 1;
      EXPECT_FALSE(open_compact(wrong, KeySet::of(each.key), options)) << head;
    }
}

TEST(Jwe, RsaWithPkcs1OpensOnlyWhereItIsNamed) {
  Jwk key{rsa_key(), "", "RSA1_5"};
  std::string token = *encrypt_compact(R"({"alg":"RSA1_5","enc":"A128GCM"})", "plaintext", key);
  EXPECT_FALSE(open_compact(token, KeySet::of(key)));
  OpenOptions named;
  named.algorithms = {"RSA1_5"};
  EXPECT_TRUE(open_compact(token, KeySet::of(key), named).ok());
  // A wrong encrypted key fails as a wrong tag does, in the same words (RFC 7516, 11.5).
  std::size_t first = token.find('.') + 1;
  std::string bad_key = token, bad_tag = token;
  bad_key[first + 5] = bad_key[first + 5] == 'A' ? 'B' : 'A';
  bad_tag[token.size() - 5] = bad_tag[token.size() - 5] == 'A' ? 'B' : 'A';
  EXPECT_EQ(open_compact(bad_key, KeySet::of(key), named).error().sentence, open_compact(bad_tag, KeySet::of(key), named).error().sentence);
}

TEST(Jwe, IterationsAreCappedOverTheWholeToken) {
  Jwk key = secret(9, "PBES2-HS256+A128KW");
  std::string token = *encrypt_compact(R"({"alg":"PBES2-HS256+A128KW","enc":"A128GCM"})", "plaintext", key);
  KeySet keys = KeySet::of(key);
  EXPECT_TRUE(open_compact(token, keys).ok());
  OpenOptions few;
  few.most_iterations = 9'999;
  EXPECT_FALSE(open_compact(token, keys, few));
  // Two keys are two derivations.
  keys.keys.insert(keys.keys.begin(), secret(9, "PBES2-HS256+A128KW"));
  few.most_iterations = 10'000;
  EXPECT_FALSE(open_compact(token, keys, few));
  few.most_iterations = 20'000;
  EXPECT_TRUE(open_compact(token, keys, few).ok());
  for (const char* count : {"1000000000", "4294967297", "9223372036854775807", "-1", "0", "1e9", "1.5", "\"1000\""}) {
    std::string head = R"({"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2s":"AAAAAAAAAAAAAAAA","p2c":)" + std::string(count) + "}";
    EXPECT_FALSE(open_compact(base64url(head) + ".AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA", keys)) << count;
  }
}

TEST(Jwe, WhatInflatesTooFarIsRefused) {
  Jwk key = secret(16, "A128KW");
  std::string head = R"({"alg":"A128KW","enc":"A128GCM","zip":"DEF"})";
  std::string bomb = *encrypt_compact(head, std::string(4 << 20, 'a'), key);
  EXPECT_LT(bomb.size(), 20'000u);
  EXPECT_FALSE(open_compact(bomb, KeySet::of(key)));
  OpenOptions more;
  more.most_plaintext = 4 << 20;
  EXPECT_EQ(open_compact(bomb, KeySet::of(key), more)->plaintext.size(), 4u << 20);
  EXPECT_EQ(open_compact(*encrypt_compact(head, "", key), KeySet::of(key))->plaintext, "");
  EXPECT_FALSE(encrypt_compact(R"({"alg":"A128KW","enc":"A128GCM","zip":"LZ"})", "a", key));
  EXPECT_FALSE(inflated(deflated("abc") + "x", 100));
  EXPECT_FALSE(inflated(deflated(std::string(5000, 'a')).substr(0, 8), 10'000));
  EXPECT_EQ(inflated(deflated("abc"), 3), "abc");
  EXPECT_FALSE(inflated(deflated("abc"), 2));
}

TEST(Jwe, SeveralRecipientsEachOpenIt) {
  Jwk a = secret(16, "A128KW"), b{crypto::Key::generate(crypto::Curve::p256), "b", "ECDH-ES+A128KW"}, c = secret(16, "A128GCM");
  const Recipient recipients[] = {{a, R"({"alg":"A128KW"})"}, {b, R"({"alg":"ECDH-ES+A128KW","kid":"b"})"}};
  Result<std::string> text = encrypt_json({R"({"enc":"A128GCM"})", "more"}, "plaintext", recipients);
  ASSERT_TRUE(text.ok()) << text.error().sentence;
  for (const Jwk& key : {a, b}) {
    Result<Opened> opened = open_json(*text, KeySet::of(key));
    ASSERT_TRUE(opened.ok()) << opened.error().sentence;
    EXPECT_EQ(opened->plaintext + opened->aad, "plaintextmore");
  }
  EXPECT_FALSE(open_json(*text, KeySet::of(secret(16, "A128KW"))));
  const Recipient alone[] = {{c, R"({"alg":"dir"})"}, {a, R"({"alg":"A128KW"})"}};
  EXPECT_FALSE(encrypt_json({R"({"enc":"A128GCM"})", {}}, "plaintext", alone));
  Result<std::string> direct = encrypt_json({R"({"enc":"A128GCM"})", {}}, "plaintext", {alone, 1});
  ASSERT_TRUE(direct.ok()) << direct.error().sentence;
  EXPECT_TRUE(open_json(*direct, KeySet::of(c)).ok());
}

TEST(Jwe, AnEphemeralKeyOffTheCurveIsRefused) {
  Jwk key{crypto::Key::generate(crypto::Curve::p256), "", "ECDH-ES"};
  for (const char* epk : {R"({"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"})",
                          R"({"kty":"EC","crv":"P-384","x":"AA","y":"AA"})", R"({"kty":"oct","k":"AAAA"})", "1", "{}"}) {
    std::string head = R"({"alg":"ECDH-ES","enc":"A128GCM","epk":)" + std::string(epk) + "}";
    EXPECT_FALSE(open_compact(base64url(head) + "..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA", KeySet::of(key))) << epk;
  }
}

}  // namespace
}  // namespace arint::security::jose
