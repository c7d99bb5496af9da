// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/line/redact.hpp"

#include <gtest/gtest.h>

namespace arint::log {
namespace {

const Redaction redaction({"pan", "Password", "api-key"});

std::string scrubbed(std::string_view text) {
  std::string scratch;
  return std::string(redaction.scrub(text, scratch));
}

TEST(Redaction, HidesByNameWithoutRegardToCaseAndAtTheEndOfAPath) {
  EXPECT_TRUE(redaction.hides("pan"));
  EXPECT_TRUE(redaction.hides("PASSWORD"));
  EXPECT_TRUE(redaction.hides("card.pan"));
  EXPECT_FALSE(redaction.hides("company"));
  EXPECT_FALSE(redaction.hides("span"));
  EXPECT_EQ(redaction.value("pan", "4111"), "[redacted]");
  EXPECT_EQ(redaction.value("total", "12"), "12");
  EXPECT_FALSE(Redaction().hides("pan"));
}

TEST(Redaction, FindsValuesInTextOfManyShapes) {
  EXPECT_EQ(scrubbed(R"(peer said {"id":7,"pan":"4111 1111","x":1})"), R"(peer said {"id":7,"pan":"[redacted]","x":1})");
  EXPECT_EQ(scrubbed(R"({"pan" : 4111, "x":1})"), R"({"pan" : [redacted], "x":1})");
  EXPECT_EQ(scrubbed(R"({"pan":"a\"b","x":1})"), R"({"pan":"[redacted]","x":1})");
  EXPECT_EQ(scrubbed(R"({"pan":{"n":["4}",{"m":1}]},"x":1})"), R"({"pan":[redacted],"x":1})");
  EXPECT_EQ(scrubbed(R"(body "{\"pan\":\"4111\",\"x\":1}")"), R"(body "{\"pan\":\"[redacted]\",\"x\":1}")");
  EXPECT_EQ(scrubbed("GET /pay?pan=4111&x=1"), "GET /pay?pan=[redacted]&x=1");
  EXPECT_EQ(scrubbed("API-Key: abc def\r\nHost: x"), "API-Key: [redacted]\r\nHost: x");
  EXPECT_EQ(scrubbed("<card><pan>4111</pan><x>1</x></card>"), "<card><pan>[redacted]</pan><x>1</x></card>");
  EXPECT_EQ(scrubbed("<c:pan kind=\"a\">4111</c:pan>"), "<c:pan kind=\"a\">[redacted]</c:pan>");
  EXPECT_EQ(scrubbed("{\"pan\":\"4111 is cut off"), "{\"pan\":\"[redacted]");
}

TEST(Redaction, LeavesOtherTextAlone) {
  for (std::string_view text : {"", "the pan is hot", "company=7", "pan", "pan=", "<pan/>", "</pan>", "password reset", "=pan="}) EXPECT_EQ(scrubbed(text), text);
}

TEST(Redaction, AnyTextIsScrubbedWithoutLeavingItsBounds) {
  std::string alphabet = "pan\"'\\:= {}[]<>/,&;\nx";
  std::uint64_t state = 42;
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (int i = 0; i < 40; ++i) {
      state = state * 6364136223846793005 + 1442695040888963407;
      std::size_t pick = static_cast<std::size_t>(state >> 33) % (alphabet.size() + 1);
      text += pick == alphabet.size() ? std::string("pan") : std::string(1, alphabet[pick]);
    }
    EXPECT_LE(scrubbed(text).size(), text.size() + 40 * Redaction::mask.size());
  }
}

}  // namespace
}  // namespace arint::log
