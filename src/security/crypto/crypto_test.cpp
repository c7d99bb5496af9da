// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "security/crypto/agree.hpp"
#include "security/crypto/cipher.hpp"
#include "security/crypto/sign.hpp"

namespace arint::security::crypto {
namespace {

std::string raw(std::string_view hex_text) {
  std::string out;
  EXPECT_TRUE(from_hex(hex_text, out));
  return out;
}

// RFC 4231, test cases 1 and 2.
TEST(Crypto, HmacIsTheOneOfTheRfc) {
  EXPECT_EQ(hex(hmac(Hash::sha256, std::string(20, '\x0b'), "Hi There")), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac(Hash::sha256, "Jefe", "what do ya want for nothing?")), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hmac(Hash::sha512, "", "").size(), 64u);
}

// RFC 3394, 4.1 and 4.6.
TEST(Crypto, KeyWrapIsTheOneOfTheRfc) {
  std::string key = raw("000102030405060708090A0B0C0D0E0F"), what = raw("00112233445566778899AABBCCDDEEFF");
  EXPECT_EQ(hex(wrap(key, what)), "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5");
  EXPECT_EQ(unwrap(key, wrap(key, what)), what);
  std::string changed = wrap(key, what);
  changed[0] ^= 1;
  EXPECT_FALSE(unwrap(key, changed));
  EXPECT_FALSE(unwrap(key, "short"));
}

// RFC 7518, appendix B.1.
TEST(Crypto, CbcWithHmacIsTheOneOfTheRfc) {
  Content content{false, 32, Hash::sha256};
  std::string key = raw("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"), iv = raw("1af38c2dc2b96ffdd86694092341bc04");
  std::string text =
      "A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy without inconvenience";
  std::string aad = "The second principle of Auguste Kerckhoffs";
  Sealed sealed = seal(content, key, iv, aad, text);
  EXPECT_EQ(hex(sealed.tag), "652c3fa36b0a7c5b3219fab3a30bc1c4");
  EXPECT_EQ(hex(sealed.ciphertext).substr(0, 32), "c80edfa32ddf39d5ef00c0b468834279");
  EXPECT_EQ(open(content, key, iv, aad, sealed.ciphertext, sealed.tag), text);
}

TEST(Crypto, WhatIsSealedOpensOnlyAsItWas) {
  for (const Content& content : {Content{true, 16}, Content{true, 32}, Content{false, 32, Hash::sha256}, Content{false, 64, Hash::sha512}})
    for (const std::string& text : {std::string(), std::string("a"), std::string(16, 'b'), std::string(1000, 'c')}) {
      std::string key = random_bytes(content.key_bytes), iv = random_bytes(content.iv_bytes());
      Sealed sealed = seal(content, key, iv, "aad", text);
      EXPECT_EQ(open(content, key, iv, "aad", sealed.ciphertext, sealed.tag), text);
      EXPECT_FALSE(open(content, key, iv, "AAD", sealed.ciphertext, sealed.tag));
      EXPECT_FALSE(open(content, key, iv, "aad", sealed.ciphertext + "x", sealed.tag));
      std::string tag = sealed.tag;
      tag.back() ^= 1;
      EXPECT_FALSE(open(content, key, iv, "aad", sealed.ciphertext, tag));
      EXPECT_FALSE(open(content, key, iv, "aad", sealed.ciphertext, sealed.tag.substr(0, 4)));
      EXPECT_FALSE(open(content, key + "x", iv, "aad", sealed.ciphertext, sealed.tag));
    }
}

// CVE-2022-21449 and its relatives.
TEST(Crypto, BlankAndMisshapenEcdsaSignaturesAreRefused) {
  Key key = Key::generate(Curve::p256);
  Result<std::string> good = sign(Signing::ecdsa, Hash::sha256, key, "message");
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good->size(), 64u);
  EXPECT_TRUE(verify(Signing::ecdsa, Hash::sha256, key, "message", *good));
  EXPECT_FALSE(verify(Signing::ecdsa, Hash::sha256, key, "Message", *good));
  EXPECT_FALSE(verify(Signing::ecdsa, Hash::sha256, key, "message", std::string(64, '\0')));
  EXPECT_FALSE(verify(Signing::ecdsa, Hash::sha256, key, "message", good->substr(0, 32) + std::string(32, '\0')));
  EXPECT_FALSE(verify(Signing::ecdsa, Hash::sha256, key, "message", ""));
  EXPECT_FALSE(verify(Signing::ecdsa, Hash::sha256, key, "message", *good + std::string(1, '\0')));
  std::string order = raw("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  EXPECT_FALSE(verify(Signing::ecdsa, Hash::sha256, key, "message", order + order));
}

TEST(Crypto, KeysThatAreNoneAreRefused) {
  Key good = Key::generate(Curve::p256);
  std::string x = good.point_x(), y = good.point_y();
  EXPECT_TRUE(Key::ec(Curve::p256, x, y).ok());
  std::string off = y;
  off.back() ^= 1;
  EXPECT_FALSE(Key::ec(Curve::p256, x, off).ok());
  EXPECT_FALSE(Key::ec(Curve::p256, x, y.substr(1)).ok());
  EXPECT_FALSE(Key::ec(Curve::p384, x, y).ok());
  EXPECT_FALSE(Key::ec(Curve::p256, x, y, std::string(32, '\x05')).ok());
  Key ed = Key::generate(Curve::ed25519);
  EXPECT_FALSE(Key::okp(Curve::ed25519, ed.point_x(), std::string(32, 'd')).ok());
  EXPECT_FALSE(Key::rsa({std::string(1100, '\xff'), "\x01\x00\x01"}).ok());
  EXPECT_FALSE(Key::rsa({std::string(256, '\xff'), "\x01"}).ok());
  EXPECT_FALSE(Key::from_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n").ok());
}

TEST(Crypto, TwoSidesAgreeAndStrangersDoNot) {
  for (Curve curve : {Curve::p256, Curve::p384, Curve::p521, Curve::x25519, Curve::x448}) {
    Key ours = Key::generate(curve), theirs = Key::generate(curve);
    std::optional<Secret> a = agree(ours, theirs), b = agree(theirs, ours);
    ASSERT_TRUE(a && b);
    EXPECT_EQ(a->reveal(), b->reveal());
  }
  EXPECT_FALSE(agree(Key::generate(Curve::p256), Key::generate(Curve::p384)));
  // A point of small order makes a shared secret of zeros (RFC 7748, 6.1).
  Result<Key> zero = Key::okp(Curve::x25519, std::string(32, '\0'));
  EXPECT_FALSE(zero.ok() && agree(Key::generate(Curve::x25519), *zero));
}

// RFC 7518, appendix C.
TEST(Crypto, ConcatKdfIsTheOneOfTheRfc) {
  std::string z = raw("9e56d91d817135d372834283bf84269cfb316ea3da806a48f6daa7798cfe90c4");
  EXPECT_EQ(base64url(concat_kdf(z, "A128GCM", "Alice", "Bob", 16)), "VqqN6vgjbSBcIijNcacQGg");
}

// RFC 7914, section 11.
TEST(Crypto, Pbkdf2IsTheOneOfTheRfc) {
  EXPECT_EQ(hex(pbkdf2(Hash::sha256, "passwd", "salt", 1, 32)), "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
}

TEST(Crypto, ComparesBytesOfAnyLength) {
  EXPECT_TRUE(same_bytes("", ""));
  EXPECT_TRUE(same_bytes("abc", "abc"));
  EXPECT_FALSE(same_bytes("abc", "abd"));
  EXPECT_FALSE(same_bytes("abc", "ab"));
}

}  // namespace
}  // namespace arint::security::crypto
