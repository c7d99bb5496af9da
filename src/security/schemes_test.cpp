// SPDX-License-Identifier: GPL-3.0-or-later
// The schemes as a project declares them, asked with heads as they come.
#include <gtest/gtest.h>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "declare/project.hpp"
#include "http/codec/parse/head_parser.hpp"
#include "security/basic/basic.hpp"
#include "security/jose/jws.hpp"
#include "security/scheme.hpp"

namespace arint::security {
namespace {

struct Root {
  Parts security{};
};

struct Bed {
  explicit Bed(const std::string& yaml) {
    declare::Project project = declare::Project::from_text("security:\n" + yaml, problems);
    declare::Reading reading(problems, project);
    declare::read(declare::Settings<Root>{"project", ""}.section(&Root::security, {.name = "security", .defines = "security"}, settings()), project.root(), root, reading);
    Verifiers verifiers(root.security, reading);
    for (const auto& [name, part] : root.security) made[name] = verifiers.get({name, {}});
  }

  Verdict ask(const std::string& name, const std::string& fields, std::int64_t now = 1'000'000) {
    std::string bytes = "GET /orders HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
    http::RequestParser parser{http::HeadLimits{}};
    http::RequestHead head;
    EXPECT_EQ(parser.parse(bytes, head), http::Progress::done);
    return made.at(name)->verify({"GET", "/orders", head.fields, now});
  }

  Problems problems;
  Root root;
  std::map<std::string, std::shared_ptr<Verifier>> made;
};

std::string hash_of(const std::string& text) {
  const Digest digest = sha256(text);
  return "\"sha256:" + hex({reinterpret_cast<const char*>(digest.data()), digest.size()}) + "\"";
}

std::string basic_field(const std::string& plain) { return "Authorization: Basic " + base64(plain) + "\r\n"; }

TEST(Schemes, AnyOfTakesTheFirstThatHoldsAndTellsWhatCameFurthest) {
  Bed bed("  k: { api_key: { keys: { acme: " + hash_of("key") + " } } }\n  b: { basic: { users: { bob: " + hash_of("word") + " } } }\n  any: { any_of: [k, b] }\n  all: { all_of: [k, b] }\n");
  ASSERT_FALSE(bed.problems.faulty()) << bed.problems.text();
  using As = Verdict::As;
  EXPECT_EQ(bed.ask("any", "").as, As::absent);
  EXPECT_EQ(bed.ask("any", "X-API-Key: wrong\r\n").as, As::refused);
  EXPECT_EQ(bed.ask("any", "X-API-Key: wrong\r\n" + basic_field("bob:word")).principal.name, "bob");
  EXPECT_EQ(bed.ask("any", "X-API-Key: key\r\n" + basic_field("bob:wrong")).principal.name, "acme");
  EXPECT_EQ(bed.ask("all", "X-API-Key: key\r\n").as, As::absent);
  EXPECT_EQ(bed.ask("all", "X-API-Key: key\r\n" + basic_field("bob:wrong")).as, As::refused);
  EXPECT_EQ(bed.ask("all", "X-API-Key: key\r\n" + basic_field("bob:word")).principal.name, "acme");
  EXPECT_EQ(bed.made["any"]->challenge("r", {}), "ApiKey realm=\"r\", header=\"X-API-Key\", Basic realm=\"r\", charset=\"UTF-8\"");
  EXPECT_EQ(bed.ask("k", "X-API-Key: key\r\nx-api-key: key\r\n").as, As::refused);
}

TEST(Schemes, BasicReadsWhatRfc7617Says) {
  Bed bed("  b: { basic: { users: { bob: " + hash_of("a:b") + " } } }\n");
  EXPECT_EQ(bed.ask("b", basic_field("bob:a:b")).as, Verdict::As::proved);
  EXPECT_EQ(bed.ask("b", basic_field("bob:a:b")).as, Verdict::As::proved);
  for (const std::string& wrong : {basic_field("bob"), basic_field("bob:"), basic_field(":a:b"), basic_field("Bob:a:b"), basic_field(std::string("bob:a:b\0", 8)),
                                   basic_field("bob:\xff"), std::string("Authorization: Basic\r\n"), std::string("Authorization: Basic =\r\n"),
                                   basic_field("bob:" + std::string(2000, 'a'))})
    EXPECT_EQ(bed.ask("b", wrong).as, Verdict::As::refused) << wrong;
}

TEST(Schemes, PasswordsAreComparedWithTheirHash) {
  Result<bool> right = basic::matches("word", hash_of("word").substr(1, 71));
  EXPECT_TRUE(right && *right);
  EXPECT_FALSE(*basic::matches("Word", hash_of("word").substr(1, 71)));
  for (const char* none : {"", "word", "$1$a$b", "sha256:00", "$6$"}) EXPECT_FALSE(basic::matches("word", none).ok()) << none;
}

TEST(Schemes, ATokenIsRememberedUntilItExpires) {
  jose::Jwk key{crypto::Key::oct(Secret("0123456789abcdef0123456789abcdef")), "", "HS256"};
  Bed bed("  t: { jwt: { issuer: i, audience: a, skew: 0s, keys: '{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"" + base64url(key.key.secret()) + "\"}' } }\n");
  ASSERT_FALSE(bed.problems.faulty()) << bed.problems.text();
  std::string token = *jose::sign_compact(R"({"alg":"HS256"})", R"({"iss":"i","aud":"a","sub":"acme","exp":1000100})", key);
  const std::string field = "Authorization: Bearer " + token + "\r\n";
  EXPECT_EQ(bed.ask("t", field).principal.name, "acme");
  EXPECT_EQ(bed.ask("t", field, 1'000'099).principal.claims, R"({"iss":"i","aud":"a","sub":"acme","exp":1000100})");
  EXPECT_EQ(bed.ask("t", field, 1'000'100).as, Verdict::As::refused);
  EXPECT_EQ(bed.ask("t", "Authorization: Bearer\r\n").error, "invalid_token");
}

TEST(Schemes, WhatIsMadeOfItselfIsSaid) {
  Bed bed("  a: { any_of: [b] }\n  b: { any_of: [a] }\n");
  EXPECT_NE(bed.problems.text().find("is made of itself"), std::string::npos) << bed.problems.text();
}

}  // namespace
}  // namespace arint::security
