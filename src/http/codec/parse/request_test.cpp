// SPDX-License-Identifier: GPL-3.0-or-later
// Dialogues with the request parser: bytes -> head or refusal, whole and cut at every place.
#include <gtest/gtest.h>

#include <string>

#include "http/codec/parse/head_parser.hpp"

namespace arint::http {
namespace {

struct Outcome {
  Progress progress;
  Refusal refusal;
  RequestHead head;
};

Outcome parse_in_pieces(const std::string& bytes, std::size_t piece, const HeadLimits& limits = {}) {
  RequestParser parser(limits);
  Outcome out{Progress::need_more, Refusal::none, {}};
  for (std::size_t size = std::min(piece, bytes.size());; size = std::min(size + piece, bytes.size())) {
    out.progress = parser.parse(std::string_view(bytes).substr(0, size), out.head);
    if (out.progress != Progress::need_more || size == bytes.size()) break;
  }
  if (out.progress == Progress::refused) out.refusal = parser.refusal();
  return out;
}

Refusal refusal_of(const std::string& bytes, const HeadLimits& limits = {}) {
  Outcome whole = parse_in_pieces(bytes, bytes.size(), limits);
  for (std::size_t piece : {1u, 2u, 3u, 7u, 64u}) {
    Outcome cut = parse_in_pieces(bytes, piece, limits);
    EXPECT_EQ(cut.progress, whole.progress) << "cut every " << piece << ": " << bytes.substr(0, 80);
    EXPECT_EQ(cut.refusal, whole.refusal) << "cut every " << piece << ": " << bytes.substr(0, 80);
  }
  return whole.refusal;
}

Refusal with_fields(const std::string& fields, const std::string& method = "POST") {
  return refusal_of(method + " / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
}

TEST(RequestParser, ReadsAPlainHead) {
  std::string bytes = "POST /orders/7?full=1 HTTP/1.1\r\nHost: shop.example:8080\r\ncontent-LENGTH: 5\r\nX-A:\t b c \r\nAccept:\r\n\r\nhello";
  for (std::size_t piece : {1u, 5u, 1000u}) {
    Outcome out = parse_in_pieces(bytes, piece);
    ASSERT_EQ(out.progress, Progress::done);
    EXPECT_EQ(out.head.method, Method::post);
    EXPECT_EQ(out.head.text(out.head.target.path), "/orders/7");
    EXPECT_EQ(out.head.text(out.head.target.query), "full=1");
    EXPECT_EQ(out.head.host(), "shop.example:8080");
    EXPECT_EQ(out.head.framing, Framing::length);
    EXPECT_EQ(out.head.length, 5u);
    EXPECT_EQ(out.head.fields.get("x-a"), "b c");
    EXPECT_TRUE(out.head.fields.has(Name::accept));
    EXPECT_EQ(out.head.fields.get(Name::accept), "");
    EXPECT_FALSE(out.head.close);
    EXPECT_EQ(bytes.substr(out.head.head_size), "hello");
  }
}

TEST(RequestParser, ClosesAsVersionAndConnectionSay) {
  EXPECT_TRUE(parse_in_pieces("GET / HTTP/1.0\r\n\r\n", 99).head.close);
  EXPECT_FALSE(parse_in_pieces("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", 99).head.close);
  EXPECT_TRUE(parse_in_pieces("GET / HTTP/1.1\r\nHost: a\r\nConnection: x-a , CLOSE\r\n\r\n", 99).head.close);
  EXPECT_TRUE(parse_in_pieces("GET / HTTP/1.1\r\nHost: a\r\nConnection: x-a\r\n\r\n", 99).head.connection_names_fields);
}

TEST(RequestParser, RefusesLineEndingsThatAreNotCrLf) {
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\nHost: a\r\n\r\n"), Refusal::bare_line_feed);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\rHost: a\r\n\r\n"), Refusal::bare_carriage_return);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\nX: 1\r\n\r\n"), Refusal::bare_line_feed);
  EXPECT_EQ(with_fields("X: a\rb\r\n"), Refusal::bare_carriage_return);
  EXPECT_EQ(with_fields(std::string("X: a\0b\r\n", 8)), Refusal::control_character);
  EXPECT_EQ(with_fields("X: a\x0b\r\n"), Refusal::control_character);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\r\n\rX"), Refusal::bare_carriage_return);
}

TEST(RequestParser, RefusesMalformedFieldLines) {
  EXPECT_EQ(with_fields(" X: folded\r\n"), Refusal::folded_field);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n"), Refusal::space_before_fields);
  EXPECT_EQ(with_fields("X : 1\r\n"), Refusal::space_before_colon);
  EXPECT_EQ(with_fields("X\t: 1\r\n"), Refusal::space_before_colon);
  EXPECT_EQ(with_fields(": 1\r\n"), Refusal::empty_name);
  EXPECT_EQ(with_fields("NoColon\r\n"), Refusal::missing_colon);
  EXPECT_EQ(with_fields("Bad[Name: 1\r\n"), Refusal::invalid_name);
  EXPECT_EQ(with_fields("X-T\xc3\xabst: 1\r\n"), Refusal::invalid_name);
  EXPECT_EQ(with_fields("Content_Length: 5\r\n"), Refusal::ambiguous_name);
  EXPECT_EQ(with_fields("transfer_encoding: chunked\r\n"), Refusal::ambiguous_name);
  EXPECT_EQ(with_fields("api_key: fine\r\n"), Refusal::none);
}

TEST(RequestParser, RefusesFramingThatTwoReadersCouldReadDifferently) {
  EXPECT_EQ(with_fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), Refusal::length_and_coding);
  EXPECT_EQ(with_fields("Content-Length: 5\r\nContent-Length: 5\r\n"), Refusal::duplicate_field);
  for (const char* value : {"", "+5", "-1", "5, 5", "0x5", "1 0", "1_0", "005", "00", "5;", "99999999999999999999", "\xd9\xa5"})
    EXPECT_EQ(with_fields(std::string("Content-Length: ") + value + "\r\n"), Refusal::length_invalid) << value;
  for (const char* value : {"", "chunked, chunked", "chunked, gzip", "\"chunked\"", "chunked;q=1", "chunked,", ", chunked", "ch\x96nked"})
    EXPECT_EQ(with_fields(std::string("Transfer-Encoding: ") + value + "\r\n"), Refusal::coding_invalid) << value;
  EXPECT_EQ(with_fields("Transfer-Encoding: gzip\r\n"), Refusal::coding_unsupported);
  EXPECT_EQ(with_fields("Transfer-Encoding: gzip, chunked\r\n"), Refusal::coding_unsupported);
  EXPECT_EQ(with_fields("Transfer-Encoding: CHUNKED\r\n"), Refusal::none);
  EXPECT_EQ(with_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), Refusal::duplicate_field);
  EXPECT_EQ(refusal_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), Refusal::coding_before_1_1);
  EXPECT_EQ(with_fields("Content-Type: a/b\r\nContent-Type: a/b\r\n"), Refusal::duplicate_field);
}

TEST(RequestParser, WantsExactlyOneValidHost) {
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n\r\n"), Refusal::host_missing);
  EXPECT_EQ(refusal_of("GET / HTTP/1.0\r\n\r\n"), Refusal::none);
  EXPECT_EQ(with_fields("Host: a\r\n"), Refusal::duplicate_field);
  for (const char* host : {"", "user@a", "a/b", "a, b", "a:", "a:x", "a:70000", "a b", "[::1", "[]", "a%41"})
    EXPECT_EQ(refusal_of(std::string("GET / HTTP/1.1\r\nHost: ") + host + "\r\n\r\n"), Refusal::host_invalid) << host;
  for (const char* host : {"a", "a.example:80", "127.0.0.1", "[::1]", "[2001:db8::1]:8080", "under_score"})
    EXPECT_EQ(refusal_of(std::string("GET / HTTP/1.1\r\nHost: ") + host + "\r\n\r\n"), Refusal::none) << host;
  EXPECT_EQ(refusal_of("GET http://a/x HTTP/1.1\r\nHost: A\r\n\r\n"), Refusal::none);
  EXPECT_EQ(refusal_of("GET http://b/x HTTP/1.1\r\nHost: a\r\n\r\n"), Refusal::host_conflict);
}

TEST(RequestParser, RefusesFirstLinesThatAreNotExactlyThreeParts) {
  EXPECT_EQ(refusal_of("GET  / HTTP/1.1\r\n\r\n"), Refusal::malformed_line);
  EXPECT_EQ(refusal_of("GET HTTP/1.1\r\n\r\n"), Refusal::malformed_line);
  EXPECT_EQ(refusal_of("GET /\r\n\r\n"), Refusal::malformed_line);
  EXPECT_EQ(refusal_of("GET /a b HTTP/1.1\r\n\r\n"), Refusal::malformed_line);
  EXPECT_EQ(refusal_of("GET\t/ HTTP/1.1\r\n\r\n"), Refusal::malformed_line);
  EXPECT_EQ(refusal_of("GET / http/1.1\r\n\r\n"), Refusal::malformed_version);
  EXPECT_EQ(refusal_of("GET / HTTP/1\r\n\r\n"), Refusal::malformed_version);
  EXPECT_EQ(refusal_of("GET / HTTP/01.01\r\n\r\n"), Refusal::malformed_version);
  EXPECT_EQ(refusal_of("GET / HTTP/1.2\r\n\r\n"), Refusal::unsupported_version);
  EXPECT_EQ(refusal_of("PRI * HTTP/2.0\r\n\r\n"), Refusal::unsupported_version);
  EXPECT_EQ(refusal_of("get / HTTP/1.1\r\n\r\n"), Refusal::unknown_method);
  EXPECT_EQ(refusal_of("XGET / HTTP/1.1\r\n\r\n"), Refusal::unknown_method);
  EXPECT_EQ(refusal_of("PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n"), Refusal::none);
  EXPECT_EQ(refusal_of("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"), Refusal::method_not_offered);
  EXPECT_EQ(with_fields("", "TRACE"), Refusal::method_not_offered);
  EXPECT_EQ(with_fields("Content-Length: 1\r\n", "TRACE"), Refusal::trace_with_content);
  EXPECT_EQ(refusal_of("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), Refusal::none);
  EXPECT_EQ(refusal_of("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), Refusal::malformed_line);
}

TEST(RequestParser, KeepsToItsLimits) {
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(refusal_of("GET /" + std::string(8200, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"), Refusal::line_too_long);
  EXPECT_EQ(refusal_of("GET /" + std::string(7900, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"), Refusal::none);
  EXPECT_EQ(refusal_of(std::string(9000, 'A') + " / HTTP/1.1\r\nHost: a\r\n\r\n"), Refusal::malformed_line);
  EXPECT_EQ(refusal_of(head + "X: " + std::string(33000, 'b') + "\r\n\r\n"), Refusal::fields_too_long);
  EXPECT_EQ(refusal_of(head + std::string(300, 'N') + ": 1\r\n\r\n"), Refusal::fields_too_long);
  std::string many;
  for (int i = 0; i < 99; ++i) many += "X: 1\r\n";
  EXPECT_EQ(refusal_of(head + many + "\r\n"), Refusal::none);
  EXPECT_EQ(refusal_of(head + many + "X: 1\r\n\r\n"), Refusal::too_many_fields);
  HeadLimits small;
  small.line_bytes = 100;
  EXPECT_EQ(refusal_of("GET /" + std::string(120, 'a') + "\n", small), Refusal::line_too_long);
  std::string ranges = "Range: bytes=0-";
  for (int i = 0; i < 50; ++i) ranges += ",0-";
  EXPECT_EQ(with_fields(ranges + "\r\n", "GET"), Refusal::too_many_ranges);
}

TEST(RequestParser, KnowsExpectations) {
  EXPECT_TRUE(parse_in_pieces("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n", 99).head.expects_continue);
  EXPECT_FALSE(parse_in_pieces("PUT / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", 99).head.expects_continue);
  EXPECT_EQ(with_fields("Expect: 200-ok\r\n"), Refusal::unknown_expectation);
}

TEST(Names, AreFoundInAnyCaseAndOnlyWhole) {
  for (std::size_t i = 1; i < name_count; ++i) {
    std::string text(text_of(static_cast<Name>(i)));
    EXPECT_EQ(name_of(text), static_cast<Name>(i)) << text;
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    EXPECT_EQ(name_of(text), static_cast<Name>(i)) << text;
    EXPECT_EQ(name_of(text + "x"), Name::other);
  }
  EXPECT_EQ(name_of(""), Name::other);
  EXPECT_EQ(name_with_dashes("X_Forwarded_For"), Name::x_forwarded_for);
}

}  // namespace
}  // namespace arint::http
