// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/line/encode.hpp"

#include <gtest/gtest.h>

#include "log/actions/line/scan.hpp"

namespace arint::log {
namespace {

std::string line_of(const Action& action, const Redaction& redaction = {}) {
  std::string out(line_limit * 2, '\0'), scratch;
  Stamp stamp;
  out.resize(static_cast<std::size_t>(encode(out.data(), stamp, action, redaction, scratch) - out.data()));
  EXPECT_LE(out.size(), encoded_bound(action));
  EXPECT_LE(out.size() + node_limit + 40, line_limit);
  return out;
}

constexpr std::int64_t noon = 1'795'493'106'789;

TEST(Encode, ALineHoldsWhatTheActionHoldsInOneOrder) {
  Action action{.kind = Kind::sent, .outcome = Outcome::failed, .fault = Fault::timeout, .status = 504, .cid = {1, 2}, .message = {3, 4},
                .channel = "orders", .service = "accept-order", .step = "3.do.1", .outgoing = "erp", .peer = "https://erp", .address = "10.0.0.7:443",
                .duration_us = 5'000'123, .bytes_in = 0, .bytes_out = 1024, .text = "no answer", .time_ms = noon};
  EXPECT_EQ(line_of(action),
            "{\"time\":\"2026-11-24T04:05:06.789Z\",\"action\":\"sent\",\"cid\":\"00000000000000010000000000000002\","
            "\"message\":\"00000000000000030000000000000004\",\"channel\":\"orders\",\"service\":\"accept-order\",\"step\":\"3.do.1\","
            "\"outgoing\":\"erp\",\"peer\":\"https://erp\",\"address\":\"10.0.0.7:443\",\"outcome\":\"failed\",\"fault\":\"timeout\",\"status\":504,"
            "\"duration_us\":5000123,\"bytes_in\":0,\"bytes_out\":1024,\"text\":\"no answer\"}\n");
}

TEST(Encode, WhatIsNotThereIsLeftOut) {
  EXPECT_EQ(line_of({.kind = Kind::stopped, .time_ms = noon}), "{\"time\":\"2026-11-24T04:05:06.789Z\",\"action\":\"stopped\"}\n");
}

TEST(Encode, TheStampFollowsTheClockInBothDirections) {
  Stamp stamp;
  auto text = [&](std::int64_t time) { return std::string(stamp.at(time), stamp_bytes); };
  EXPECT_EQ(text(noon), "{\"time\":\"2026-11-24T04:05:06.789Z\",");
  EXPECT_EQ(text(noon + 1), "{\"time\":\"2026-11-24T04:05:06.790Z\",");
  EXPECT_EQ(text(noon + 1000), "{\"time\":\"2026-11-24T04:05:07.789Z\",");
  EXPECT_EQ(text(noon - 789), "{\"time\":\"2026-11-24T04:05:06.000Z\",");
  EXPECT_EQ(text(-5), "{\"time\":\"1970-01-01T00:00:00.000Z\",");
}

TEST(Encode, ValuesAndLinesHaveALimitAndSayWhatWasCut) {
  std::string huge(1 << 20, 'a'), wild(1 << 20, '\x1b');
  std::string line = line_of({.kind = Kind::failed, .text = huge, .time_ms = noon});
  EXPECT_EQ(raw_value(line, "text")->size(), value_limit);
  EXPECT_EQ(raw_value(line, "cut"), std::to_string(huge.size() - value_limit));
  Field fields[] = {{wild, wild}, {"short", wild}, {"a", huge}, {"b", huge}, {"c", huge}};
  line = line_of({.kind = Kind::failed, .channel = wild, .service = wild, .step = wild, .outgoing = huge, .peer = huge, .address = huge, .text = wild, .fields = fields, .time_ms = noon});
  EXPECT_TRUE(raw_value(line, "cut").has_value());
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST(Encode, NamesAndValuesStandBesideTheText) {
  Field fields[] = {{"order", "7"}, {"card\"\n", "4111"}};
  std::string line = line_of({.kind = Kind::logged, .text = "booked", .fields = fields, .time_ms = noon}, Redaction({"order"}));
  EXPECT_EQ(line.substr(stamp_bytes), "\"action\":\"logged\",\"text\":\"booked\",\"fields\":{\"order\":\"[redacted]\",\"card\\\"\\n\":\"4111\"}}\n");
}

TEST(Scan, FindsTopLevelValuesOnly) {
  std::string_view line = R"({"time":"x","sequence":12,"text":"a \"b\" ,{\"cid\":1}","fields":{"cid":"inner"},"cid":"outer"})";
  EXPECT_EQ(raw_value(line, "sequence"), "12");
  EXPECT_EQ(raw_value(line, "cid"), "outer");
  EXPECT_EQ(raw_value(line, "text"), R"(a \"b\" ,{\"cid\":1})");
  EXPECT_EQ(raw_value(line, "fields"), R"({"cid":"inner"})");
  EXPECT_EQ(raw_value(line, "none"), std::nullopt);
  for (std::size_t size = 0; size < line.size(); ++size) EXPECT_NO_FATAL_FAILURE((void)raw_value(line.substr(0, size), "cid"));
}

TEST(Words, OfKindsAndOutcomesReadBack) {
  for (std::size_t i = 0; i < kind_count; ++i) EXPECT_EQ(kind_named(word(static_cast<Kind>(i))), static_cast<Kind>(i));
  for (std::size_t i = 1; i < outcome_count; ++i) EXPECT_EQ(outcome_named(word(static_cast<Outcome>(i))), static_cast<Outcome>(i));
  EXPECT_EQ(kind_named("Received"), std::nullopt);
  EXPECT_EQ(outcome_named(""), std::nullopt);
}

}  // namespace
}  // namespace arint::log
