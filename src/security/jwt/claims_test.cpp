// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "security/jwt/claims.hpp"

namespace arint::security::jwt {
namespace {

constexpr std::int64_t now = 1'000'000;

struct Bed {
  jose::Jwk key{crypto::Key::generate(crypto::Curve::p256), "k", "ES256"};
  Rules rules{{"https://id.example"}, {"orders"}};

  Result<Claims> verify(const std::string& claims, const std::string& header = R"({"alg":"ES256","typ":"JWT"})") const {
    Result<std::string> token = jose::sign_compact(header, claims, key);
    EXPECT_TRUE(token.ok());
    return jwt::verify(*token, jose::KeySet::of(key), rules, now);
  }
};

const std::string good = R"({"iss":"https://id.example","aud":"orders","exp":1000100,"sub":"acme","scope":"read write"})";

std::string with(const std::string& from, const std::string& to) {
  std::string out = good;
  std::size_t at = out.find(from);
  EXPECT_NE(at, std::string::npos);
  return out.replace(at, from.size(), to);
}

TEST(Jwt, AGoodTokenGivesItsClaims) {
  Result<Claims> claims = Bed().verify(good);
  ASSERT_TRUE(claims.ok()) << claims.error().sentence;
  EXPECT_EQ(claims->text("sub"), "acme");
  EXPECT_EQ(claims->expires, 1'000'160);
  EXPECT_TRUE(claims->has_scope("write"));
  EXPECT_FALSE(claims->has_scope("rea"));
  EXPECT_FALSE(claims->has_scope("read write"));
}

TEST(Jwt, IssuerAndAudienceAreOurs) {
  Bed bed;
  for (const char* iss : {R"("iss":"https://id.example/")", R"("iss":"HTTPS://id.example")", R"("iss":["https://id.example"])", R"("isx":"https://id.example")"})
    EXPECT_FALSE(bed.verify(with(R"("iss":"https://id.example")", iss))) << iss;
  for (const char* aud : {R"("aud":"order")", R"("aud":[])", R"("aud":["stock"])", R"("aud":7)", R"("aux":"orders")", R"("aud":{"orders":1})"})
    EXPECT_FALSE(bed.verify(with(R"("aud":"orders")", aud))) << aud;
  EXPECT_TRUE(bed.verify(with(R"("aud":"orders")", R"("aud":["stock","orders"])")).ok());
}

TEST(Jwt, TimesAreKeptWithTheSkewAllowed) {
  Bed bed;
  auto expires = [&](const char* exp) { return bed.verify(with("1000100", exp)).ok(); };
  EXPECT_TRUE(expires("999941"));
  EXPECT_FALSE(expires("999940"));
  EXPECT_TRUE(expires("1000000.5"));
  for (const char* bad : {"0", "-1", "\"1000100\"", "null", "1e300", "true"}) EXPECT_FALSE(expires(bad)) << bad;
  EXPECT_FALSE(bed.verify(with("\"exp\"", "\"exq\"")));
  EXPECT_TRUE(bed.verify(with("\"sub\"", "\"nbf\":1000060,\"sub\"")).ok());
  EXPECT_FALSE(bed.verify(with("\"sub\"", "\"nbf\":1000061,\"sub\"")));
  EXPECT_FALSE(bed.verify(with("\"sub\"", "\"iat\":1000061,\"sub\"")));
  bed.rules.most_age = 100;
  EXPECT_FALSE(bed.verify(good));
  EXPECT_TRUE(bed.verify(with("\"sub\"", "\"iat\":999900,\"sub\"")).ok());
  EXPECT_FALSE(bed.verify(with("\"sub\"", "\"iat\":999800,\"sub\"")));
}

TEST(Jwt, AnotherKindOfTokenIsNoAccessToken) {
  Bed bed;
  auto typed = [&](const char* typ) { return bed.verify(good, R"({"alg":"ES256","typ":")" + std::string(typ) + "\"}").ok(); };
  EXPECT_TRUE(bed.verify(good, R"({"alg":"ES256"})").ok());
  for (const char* typ : {"JWT", "jwt", "application/jwt", "at+jwt"}) EXPECT_TRUE(typed(typ)) << typ;
  for (const char* typ : {"dpop+jwt", "secevent+jwt", "logout+jwt", "entity-statement+jwt", "x"}) EXPECT_FALSE(typed(typ)) << typ;
  bed.rules.profile = Profile::access_token;
  EXPECT_FALSE(typed("at+jwt"));
  std::string whole = with("\"sub\"", R"("client_id":"c","iat":1000000,"jti":"1","sub")");
  EXPECT_TRUE(bed.verify(whole, R"({"alg":"ES256","typ":"at+JWT"})").ok());
  EXPECT_FALSE(bed.verify(whole));
}

TEST(Jwt, WhatIsNoTokenIsRefused) {
  Bed bed;
  EXPECT_FALSE(bed.verify("[]"));
  EXPECT_FALSE(bed.verify("text"));
  EXPECT_FALSE(bed.verify(R"({"iss":"evil",)" + good.substr(1)));
  EXPECT_FALSE(bed.verify(good, R"({"alg":"ES256","b64":true,"crit":["b64"]})"));
  EXPECT_FALSE(jwt::verify("", jose::KeySet::of(bed.key), bed.rules, now));
  EXPECT_FALSE(jwt::verify(std::string(40'000, 'a'), jose::KeySet::of(bed.key), bed.rules, now));
}

}  // namespace
}  // namespace arint::security::jwt
