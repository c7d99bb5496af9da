// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <string>

#include "http/codec/parse/head_parser.hpp"
#include "http/codec/writer.hpp"

namespace arint::http {
namespace {

struct Outcome {
  Progress progress = Progress::need_more;
  Refusal refusal = Refusal::none;
  ResponseHead head{};
};

Outcome parse(const std::string& bytes, Method to = Method::get, std::size_t piece = 1) {
  ResponseParser parser{HeadLimits{}};
  Outcome out;
  for (std::size_t size = piece; out.progress == Progress::need_more; size += piece) {
    out.progress = parser.parse(std::string_view(bytes).substr(0, size), to, out.head);
    if (size >= bytes.size()) break;
  }
  if (out.progress == Progress::refused) out.refusal = parser.refusal();
  return out;
}

TEST(ResponseParser, ReadsHeads) {
  std::string bytes = "HTTP/1.1 404 Not  here\r\nContent-Length: 3\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\nabc";
  for (std::size_t piece : {1u, 1000u}) {
    Outcome out = parse(bytes, Method::get, piece);
    ASSERT_EQ(out.progress, Progress::done);
    EXPECT_EQ(out.head.status, 404);
    EXPECT_EQ(out.head.text(out.head.reason), "Not  here");
    EXPECT_EQ(out.head.framing, Framing::length);
    EXPECT_EQ(out.head.length, 3u);
    EXPECT_EQ(out.head.fields.count(), 3u);
  }
  EXPECT_EQ(parse("HTTP/1.1 200\r\n\r\n").progress, Progress::done);
  EXPECT_EQ(parse("HTTP/1.1 200 \r\n\r\n").progress, Progress::done);
}

TEST(ResponseParser, KnowsHowTheBodyEnds) {
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\n\r\n").head.framing, Framing::until_close);
  EXPECT_TRUE(parse("HTTP/1.1 200 OK\r\n\r\n").head.close);
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").head.framing, Framing::chunked);
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", Method::head).head.framing, Framing::none);
  EXPECT_EQ(parse("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n").head.framing, Framing::none);
  EXPECT_EQ(parse("HTTP/1.1 204 No Content\r\n\r\n").head.framing, Framing::none);
  EXPECT_EQ(parse("HTTP/1.1 100 Continue\r\n\r\n").head.framing, Framing::none);
  EXPECT_TRUE(parse("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n").head.close);
}

TEST(ResponseParser, RefusesWhatCouldBeReadTwoWays) {
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n").refusal, Refusal::duplicate_field);
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n").refusal, Refusal::length_and_coding);
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n").refusal, Refusal::coding_unsupported);
  EXPECT_EQ(parse("HTTP/1.1 200 OK\nContent-Length: 1\r\n\r\n").refusal, Refusal::bare_line_feed);
  EXPECT_EQ(parse("HTTP/1.1 099 OK\r\n\r\n").refusal, Refusal::status_invalid);
  EXPECT_EQ(parse("HTTP/1.1 2x0 OK\r\n\r\n").refusal, Refusal::status_invalid);
  EXPECT_EQ(parse("HTTP/1.1  200 OK\r\n\r\n").refusal, Refusal::malformed_line);
  EXPECT_EQ(parse("HTTP/1.1 20 OK\r\n\r\n").refusal, Refusal::malformed_line);
  EXPECT_EQ(parse("HTTP/2.0 200 OK\r\n\r\n").refusal, Refusal::unsupported_version);
  EXPECT_EQ(parse("ICY 200 OK 12345\r\n\r\n").refusal, Refusal::malformed_version);
}

TEST(HeadWriter, WritesOnlyWhatFits) {
  char room[64];
  HeadWriter writer(room, sizeof room);
  writer.status_line(404);
  writer.field("A", "b");
  writer.number_field("Content-Length", 12345);
  writer.end();
  EXPECT_EQ(writer.text(), "HTTP/1.1 404 Not Found\r\nA: b\r\nContent-Length: 12345\r\n\r\n");
  writer.field("Too", "long");
  writer.end();
  EXPECT_TRUE(writer.overflowed());
  EXPECT_EQ(writer.text().size(), 55u);
}

TEST(HeadWriter, TellsFieldsThatWouldSplitAResponse) {
  EXPECT_TRUE(valid_field({"X-A", "b\tc \xc3\xa9"}));
  EXPECT_FALSE(valid_field({"X-A", "b\r\nSet-Cookie: x"}));
  EXPECT_FALSE(valid_field({"X A", "b"}));
  EXPECT_FALSE(valid_field({"", "b"}));
}

}  // namespace
}  // namespace arint::http
