// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace arint {
namespace {

std::string hashed(std::string_view algorithm, std::string_view bytes) {
  std::string out;
  return hash(algorithm, bytes, out) ? hex(out) : "none";
}

// FIPS 180-4 and RFC 1321 examples.
TEST(Hash, digests_are_those_of_the_standards) {
  EXPECT_EQ(hashed("sha-256", "abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hashed("sha-1", "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hashed("md5", ""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hashed("sha-384", "abc").substr(0, 16), "cb00753f45a35e8b");
  EXPECT_EQ(hashed("sha-512", "abc").substr(0, 16), "ddaf35a193617aba");
  EXPECT_EQ(hashed("sha256", "abc"), "none");
  const Digest digest = sha256("abc");
  EXPECT_EQ(hex({reinterpret_cast<const char*>(digest.data()), digest.size()}), hashed("sha-256", "abc"));
}

// RFC 4231, test case 2; an empty key is a key.
TEST(Hash, keyed_digests) {
  std::string out, empty;
  ASSERT_TRUE(hmac("sha-256", "Jefe", "what do ya want for nothing?", out));
  EXPECT_EQ(hex(out), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  ASSERT_TRUE(hmac("sha-256", "", "", empty));
  EXPECT_EQ(hex(empty), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  EXPECT_FALSE(hmac("sha-3", "k", "x", out));
}

TEST(Hash, base64url_and_hex_read_what_they_wrote) {
  std::string out;
  EXPECT_EQ(base64url("\xfb\xff\xfe"), "-__-");
  EXPECT_EQ(base64url("a"), "YQ");
  ASSERT_TRUE(from_base64url("-__-", out));
  EXPECT_EQ(out, "\xfb\xff\xfe");
  ASSERT_TRUE(from_base64url("YQ", out));
  EXPECT_EQ(out, "a");
  ASSERT_TRUE(from_base64url("YQ==", out)) << "padding may stand";
  EXPECT_FALSE(from_base64url("YQ=", out));
  EXPECT_FALSE(from_base64url("Y", out));
  EXPECT_FALSE(from_base64url("+//+", out)) << "the other alphabet";
  ASSERT_TRUE(from_hex("00fF", out));
  EXPECT_EQ(out, std::string("\0\xff", 2));
  EXPECT_FALSE(from_hex("0", out));
  EXPECT_FALSE(from_hex("0g", out));
}

}  // namespace
}  // namespace arint
