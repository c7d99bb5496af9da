// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/standard_webhooks/standard_webhooks.hpp"

#include <gtest/gtest.h>

namespace arint::security::standard_webhooks {
namespace {

constexpr std::int64_t at = 1614265330;

// The example of the specification's reference libraries.
TEST(StandardWebhooks, signs_as_the_others_do) {
  const Secret key = key_of(Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).value();
  const Outbound what{"msg_p5jXN8AQM9LWM0D4loKWxJek", at, R"({"test": 2432232314})"};
  EXPECT_EQ(signature(key, what), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(StandardWebhooks, a_receiver_takes_what_is_signed_and_in_time_and_nothing_else) {
  const Secret key = key_of(Secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).value(), other = key_of(Secret("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")).value();
  const Secret both[] = {other, key};
  const Secret wrong[] = {other};
  const Outbound what{"m1", at, "body"};
  const std::string field = "v1a,abc " + signature(key, what) + " v1,xyz";
  EXPECT_TRUE(verify(both, what, field, at + 299, 300));
  EXPECT_EQ(verify(wrong, what, field, at, 300).error().fault, Fault::refused);
  EXPECT_FALSE(verify(both, what, field, at + 301, 300));
  EXPECT_FALSE(verify(both, what, field, at - 301, 300));
  EXPECT_FALSE(verify(both, {"m2", at, "body"}, field, at, 300));
  EXPECT_FALSE(verify(both, {"m1", at + 1, "body"}, field, at, 300));
  EXPECT_FALSE(verify(both, {"m1", at, "body "}, field, at, 300));
  EXPECT_FALSE(verify(both, what, "", at, 300));
}

TEST(StandardWebhooks, a_key_is_base64_of_24_to_64_bytes) {
  EXPECT_FALSE(key_of(Secret("whsec_not base64!")));
  EXPECT_FALSE(key_of(Secret("QUJD")));
  EXPECT_EQ(key_of(Secret("QUJD")).error().sentence.find("QUJD"), std::string::npos);
}

}  // namespace
}  // namespace arint::security::standard_webhooks
