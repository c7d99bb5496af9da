// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "security/signatures/signatures.hpp"

namespace arint::security::signatures {
namespace {

struct Bed {
  SigningKey key{"k", crypto::Key::generate(crypto::Curve::ed25519), algorithm_named("ed25519")};
  std::string digest = content_digest("body");
  Message message{"POST", "https", "Example.com:443", "/orders?a=1&b=x%20y&c=1&c=2", 0,
                  {{"Content-Type", " text/plain "}, {"X-List", "a"}, {"x-list", "b"}, {"Content-Digest", digest}}, nullptr};
  VerifyOptions options{{component("@method"), component("content-digest")}, 1'000'000};
  Parameters parameters{1'000'000, {}, {}, "k"};

  Fields sign(const std::vector<Component>& covered) {
    Result<Fields> made = signatures::sign(message, covered, parameters, key);
    EXPECT_TRUE(made.ok()) << made.error().sentence;
    return made ? *made : Fields{};
  }
  Result<Verified> verify(const Fields& fields, Message seen) const {
    seen.fields.emplace_back("Signature-Input", fields.input);
    seen.fields.emplace_back("Signature", fields.signature);
    return signatures::verify(seen, {&key, 1}, options);
  }
};

TEST(Signatures, WhatIsCoveredCannotChange) {
  Bed bed;
  Component parameter = component("@query-param");
  parameter.parameters.emplace_back("name", http::structured::string("b"));
  Fields fields = bed.sign({component("@method"), component("@authority"), component("@path"), component("Content-Digest"), component("x-list"), parameter});
  EXPECT_TRUE(bed.verify(fields, bed.message).ok());
  auto refused = [&](auto change) {
    Message other = bed.message;
    change(other);
    return !bed.verify(fields, other);
  };
  EXPECT_TRUE(refused([](Message& m) { m.method = "PUT"; }));
  EXPECT_TRUE(refused([](Message& m) { m.authority = "example.org"; }));
  EXPECT_TRUE(refused([](Message& m) { m.target = "/order?b=x%20y"; }));
  EXPECT_TRUE(refused([](Message& m) { m.target = "/orders?b=x%20z"; }));
  EXPECT_TRUE(refused([](Message& m) { m.target = "/orders?b=x%20y&b=2"; }));
  EXPECT_TRUE(refused([](Message& m) { std::swap(m.fields[1].second, m.fields[2].second); }));
  EXPECT_TRUE(refused([](Message& m) { m.fields.emplace_back("X-LIST", "c"); }));
  EXPECT_TRUE(refused([](Message& m) { m.fields.erase(m.fields.begin() + 3); }));
  // What is the same by RFC 9421 stays so.
  EXPECT_FALSE(refused([](Message& m) { m.authority = "EXAMPLE.COM"; }));
  EXPECT_FALSE(refused([](Message& m) { m.target = "/orders?z=1&b=x+y"; }));
  EXPECT_FALSE(refused([](Message& m) { m.fields[0].second = "other"; }));
}

TEST(Signatures, WhatMustBeCoveredIs) {
  Bed bed;
  EXPECT_FALSE(bed.verify(bed.sign({component("@method")}), bed.message));
  EXPECT_FALSE(bed.verify(bed.sign({component("content-digest")}), bed.message));
  EXPECT_FALSE(bed.verify({}, bed.message));
  EXPECT_TRUE(bed.verify(bed.sign({component("content-digest"), component("@method")}), bed.message).ok());
}

TEST(Signatures, TimesKeysAndTagsAreLookedAt) {
  Bed bed;
  std::vector<Component> covered{component("@method"), component("content-digest")};
  auto accepted = [&] { return bed.verify(bed.sign(covered), bed.message).ok(); };
  bed.parameters.created = 1'000'061;
  EXPECT_FALSE(accepted());
  bed.parameters.created = 999'639;
  EXPECT_FALSE(accepted());
  bed.parameters.created = 999'640;
  EXPECT_TRUE(accepted());
  bed.parameters.expires = 999'939;
  EXPECT_FALSE(accepted());
  bed.parameters.expires.reset();
  bed.parameters.created.reset();
  EXPECT_FALSE(accepted());
  bed.parameters.created = 1'000'000;
  bed.parameters.alg = "hmac-sha256";
  EXPECT_FALSE(accepted());
  bed.parameters.alg = "ed25519";
  EXPECT_TRUE(accepted());
  bed.parameters.keyid = "other";
  EXPECT_FALSE(accepted());
  bed.parameters.keyid = "k";
  bed.options.tag = "ours";
  EXPECT_FALSE(accepted());
  bed.parameters.tag = "ours";
  EXPECT_TRUE(accepted());
}

TEST(Signatures, MisshapenFieldsAreRefused) {
  Bed bed;
  std::vector<Component> covered{component("@method"), component("content-digest")};
  Fields good = bed.sign(covered);
  for (const std::string& input : {std::string("sig=\"text\""), std::string("other=(\"@method\" \"content-digest\");created=1000000;keyid=\"k\""),
                                   std::string("sig=(\"@method\" \"@method\" \"content-digest\");created=1000000;keyid=\"k\""),
                                   std::string("sig=(\"@method\" \"content-digest\";tr);created=1000000;keyid=\"k\""), std::string("sig=(")})
    EXPECT_FALSE(bed.verify({input, good.signature}, bed.message)) << input;
  EXPECT_FALSE(bed.verify({good.input, "sig=text"}, bed.message));
  Result<Fields> twice = sign(bed.message, std::vector{component("@method"), component("@method")}, bed.parameters, bed.key);
  EXPECT_FALSE(twice.ok());
  EXPECT_FALSE(sign(bed.message, std::vector{component("@status")}, bed.parameters, bed.key));
  EXPECT_FALSE(sign(bed.message, std::vector{component("x-absent")}, bed.parameters, bed.key));
  EXPECT_FALSE(sign(bed.message, std::vector{component("@unknown")}, bed.parameters, bed.key));
}

// RFC 9530, appendix B.1: {"hello": "world"} and its line end.
TEST(Signatures, ContentDigest) {
  std::string body = "{\"hello\": \"world\"}\n";
  EXPECT_EQ(content_digest(body), "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
  EXPECT_TRUE(check_content_digest(content_digest(body, "sha-512"), body).ok());
  EXPECT_TRUE(check_content_digest("md5=:AAAA:, " + content_digest(body), body).ok());
  EXPECT_FALSE(check_content_digest("md5=:AAAA:", body));
  EXPECT_FALSE(check_content_digest(content_digest(body) + ", sha-512=:AAAA:", body));
  EXPECT_FALSE(check_content_digest("sha-256=abc", body));
  EXPECT_FALSE(check_content_digest("", body));
}

}  // namespace
}  // namespace arint::security::signatures
