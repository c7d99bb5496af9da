// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "base/ids.hpp"
#include "base/position.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "base/units.hpp"

namespace arint {
namespace {

TEST(Units, durations_and_sizes_are_exact_or_refused) {
  EXPECT_EQ(parse_duration("250ms"), Millis(250));
  EXPECT_EQ(parse_duration("1.5s"), Millis(1500));
  EXPECT_EQ(parse_duration("24h"), Millis(86'400'000));
  for (const char* bad : {"", "5", "-1s", "5 s", "5sec", "1e3s", "nan", "0.0001ms"}) EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
  EXPECT_EQ(parse_size("16KiB"), Size{16384});
  EXPECT_EQ(parse_size("512"), Size{512});
  for (const char* bad : {"16KB", "k", "-1", "1.0001KiB"}) EXPECT_EQ(parse_size(bad), std::nullopt) << bad;
  EXPECT_EQ(to_text(Millis(86'400'000)), "1d");
  EXPECT_EQ(to_text(Millis(1500)), "1500ms");
  EXPECT_EQ(to_text(Size{1 << 20}), "1MiB");
  EXPECT_EQ(rfc3339(1'795'493'106'789), "2026-11-24T04:05:06.789Z");
  EXPECT_EQ(http_date(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(Ids, trace_context_round_trips_and_refuses_what_w3c_refuses) {
  const char* header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  auto trace = Trace::from_header(header);
  ASSERT_TRUE(trace);
  EXPECT_EQ(trace->header(), header);
  EXPECT_EQ(trace->child().cid, trace->cid);
  EXPECT_NE(trace->child().parent, trace->parent);
  for (const char* bad : {"", "00-4BF92F3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                          "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x"})
    EXPECT_FALSE(Trace::from_header(bad)) << bad;
  EXPECT_NE(Id::random(), Id::random());
}

TEST(Text, the_nearest_name_is_near) {
  std::vector<std::string> known{"service", "security", "format"};
  EXPECT_EQ(nearest("servise", known), "service");
  EXPECT_EQ(nearest("colour", known), "");
}

TEST(Text, quoting_shows_what_cannot_be_seen) {
  EXPECT_EQ(quoted("a\"b\n\x01\xFF"), "\"a\\\"b\\n\\x01\\xff\"");
  EXPECT_EQ(quoted("abcdef", 3), "\"abc...\"");
}

TEST(Text, utf8_refuses_overlong_and_surrogates) {
  EXPECT_TRUE(valid_utf8("h\xC3\xA9llo \xF0\x9F\x98\x80 plain ascii tail"));
  for (const char* bad : {"\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "abc\xC3"}) EXPECT_FALSE(valid_utf8(bad)) << bad;
}

TEST(Text, base64_and_percent_are_strict) {
  std::string out;
  EXPECT_EQ(base64("any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw==");
  EXPECT_TRUE(from_base64("YW55IGNhcm5hbCBwbGVhcw==", out));
  EXPECT_EQ(out, "any carnal pleas");
  EXPECT_FALSE(from_base64("YW5=IGNh", out));
  EXPECT_FALSE(from_base64("abc", out));
  EXPECT_TRUE(percent_decode("a%2Fb", out));
  EXPECT_EQ(out, "a/b");
  EXPECT_FALSE(percent_decode("a%2", out));
  EXPECT_FALSE(percent_decode("%zz", out));
  EXPECT_EQ(percent_encode("a/b c"), "a%2Fb%20c");
}

TEST(Faults, every_word_is_found_again) {
  for (std::size_t i = 0; i < fault_count; ++i) EXPECT_EQ(fault_named(word(static_cast<Fault>(i))), static_cast<Fault>(i));
  EXPECT_THROW(invariant(false, "this is a test"), Bug);
}

}  // namespace
}  // namespace arint
