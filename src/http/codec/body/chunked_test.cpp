// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/codec/body/chunked.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace arint::http {
namespace {

struct Decoded {
  ChunkEvent last = ChunkEvent::need_more;
  std::string data{}, rest{}, trailers{};
  Refusal refusal = Refusal::none;
};

Decoded decode_in_pieces(const std::string& bytes, std::size_t piece) {
  Decoded out;
  ChunkDecoder decoder;
  std::size_t fed = 0;
  std::string_view input, data;
  for (;;) {
    out.last = decoder.next(input, data);
    if (out.last == ChunkEvent::data) {
      out.data += data;
      continue;
    }
    if (out.last != ChunkEvent::need_more || fed == bytes.size()) break;
    EXPECT_TRUE(input.empty());
    input = std::string_view(bytes).substr(fed, piece);
    fed += input.size();
  }
  out.rest = std::string(input) + bytes.substr(fed);
  out.refusal = decoder.refusal();
  if (const Fields* trailers = decoder.trailers(); trailers && out.last == ChunkEvent::end)
    for (std::size_t i = 0; i < trailers->count(); ++i)
      out.trailers += std::string(trailers->field(i).name) + "=" + std::string(trailers->field(i).value) + ";";
  return out;
}

Decoded decode(const std::string& bytes) {
  Decoded whole = decode_in_pieces(bytes, std::max<std::size_t>(1, bytes.size()));
  for (std::size_t piece : {1u, 2u, 5u}) {
    Decoded cut = decode_in_pieces(bytes, piece);
    EXPECT_EQ(cut.last, whole.last) << bytes;
    EXPECT_EQ(cut.data, whole.data) << bytes;
    EXPECT_EQ(cut.refusal, whole.refusal) << bytes;
    EXPECT_EQ(cut.trailers, whole.trailers) << bytes;
    if (whole.last == ChunkEvent::end) {
      EXPECT_EQ(cut.rest, whole.rest) << bytes;
    }
  }
  return whole;
}

TEST(Chunked, YieldsDataAndLeavesTheNextMessage) {
  Decoded out = decode("5\r\nhello\r\nA;name;n=v;q=\"a\\\" b\"\r\n0123456789\r\n0\r\n\r\nGET /");
  EXPECT_EQ(out.last, ChunkEvent::end);
  EXPECT_EQ(out.data, "hello0123456789");
  EXPECT_EQ(out.rest, "GET /");
  EXPECT_EQ(decode("0\r\n\r\n").last, ChunkEvent::end);
}

TEST(Chunked, ReadsTrailers) {
  Decoded out = decode("1\r\nx\r\n0\r\nX-Sum: abc\r\nX-B: \r\n\r\nrest");
  EXPECT_EQ(out.last, ChunkEvent::end);
  EXPECT_EQ(out.trailers, "X-Sum=abc;X-B=;");
  EXPECT_EQ(out.rest, "rest");
  for (const char* name : {"Content-Length", "transfer-encoding", "Host", "Authorization", "Content-Type", "X-Forwarded-For"})
    EXPECT_EQ(decode(std::string("0\r\n") + name + ": a\r\n\r\n").refusal, Refusal::trailer_forbidden) << name;
  EXPECT_EQ(decode("0\r\n X: a\r\n\r\n").refusal, Refusal::trailer_invalid);
  EXPECT_EQ(decode("0\r\nX: a\n\r\n").refusal, Refusal::trailer_invalid);
  EXPECT_EQ(decode("0\r\nX: " + std::string(9000, 'a') + "\r\n\r\n").refusal, Refusal::trailer_too_long);
  std::string many;
  for (int i = 0; i < 33; ++i) many += "X: 1\r\n";
  EXPECT_EQ(decode("0\r\n" + many + "\r\n").refusal, Refusal::trailer_too_long);
}

TEST(Chunked, RefusesWhatIsNotAChunk) {
  for (const char* line : {"", "x", "0x5", "+5", "-1", " 5", "5 ", "1_0", "5\t"})
    EXPECT_EQ(decode(std::string(line) + "\r\nhello\r\n0\r\n\r\n").refusal, Refusal::chunk_size_invalid) << line;
  for (const char* line : {"5;", "5;a[", "5;a=", "5; a", "5;a=\"\x01\"", "5;a=\"b\"c", "5;a;", "5;=b"})
    EXPECT_EQ(decode(std::string(line) + "\r\nhello\r\n0\r\n\r\n").refusal, Refusal::chunk_extension_invalid) << line;
  EXPECT_EQ(decode("5;a\rXhello").refusal, Refusal::bare_carriage_return);
  EXPECT_EQ(decode("5\nhello").refusal, Refusal::bare_line_feed);
  EXPECT_EQ(decode("5\rhello").refusal, Refusal::bare_carriage_return);
  EXPECT_EQ(decode("5\r\nhello0\r\n").refusal, Refusal::chunk_end_missing);
  EXPECT_EQ(decode("5\r\nhello\n0\r\n").refusal, Refusal::chunk_end_missing);
  EXPECT_EQ(decode("0\r\n\n").refusal, Refusal::trailer_invalid);
  EXPECT_EQ(decode("FFFFFFFFFFFFFFFF0\r\n").refusal, Refusal::chunk_too_large);
  EXPECT_EQ(decode("7fffffffffffffff\r\n").refusal, Refusal::chunk_too_large);
  EXPECT_EQ(decode("5;a=" + std::string(5000, 'x') + "\r\nhello").refusal, Refusal::chunk_extension_too_long);
}

TEST(Chunked, WritesSizes) {
  char room[18];
  EXPECT_EQ(std::string(room, write_chunk_size(room, 0)), "0\r\n");
  EXPECT_EQ(std::string(room, write_chunk_size(room, 0x1f40)), "1f40\r\n");
  EXPECT_EQ(std::string(room, write_chunk_size(room, ~0ull)), "ffffffffffffffff\r\n");
}

}  // namespace
}  // namespace arint::http
