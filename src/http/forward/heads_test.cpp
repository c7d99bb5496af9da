// SPDX-License-Identifier: GPL-3.0-or-later
// What a forward writes anew: the request going up, the answer coming down.
#include "http/forward/forward.hpp"

#include <gtest/gtest.h>

#include "http/testing/gateway_bed.hpp"
#include "http/testing/talk.hpp"

namespace arint::http {
namespace {

using runtime::Task;
using testing::Answer;
using testing::GatewayBed;
using testing::holds;
using testing::Talk;

Task<void> rewrites(GatewayBed& bed) {
  bed.gateway.rules.strip_prefix = "/api";
  bed.gateway.rules.add_prefix = "/v2";
  HeaderRules request;
  request.set = {{"X-Set", "by us"}};
  request.add = {{"X-Add", "1"}};
  request.remove = {"x-secret"};
  bed.gateway.passing.request = &request;
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.server->port()));
  EXPECT_TRUE(co_await talk.send("POST /api/%6frders?a=%20 HTTP/1.1\r\nHost: shop\r\nContent-Length:\t5  \r\nX-Forwarded-For: 6.6.6.6\r\nX_Forwarded_For: 6.6.6.6\r\n"
                                 "x-forwarded-proto: https\r\nForwarded: for=6.6.6.6\r\nClient-Cert: :x:\r\nX-Real-IP: 6.6.6.6\r\nConnection: keep-alive, X-Hop\r\n"
                                 "X-Hop: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\nProxy-Authorization: x\r\nX-Secret: y\r\nX-Set: theirs\r\nVia: 1.0 before\r\n"
                                 "Accept:text/plain\r\nCookie: a=b\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\nhello"));
  Answer answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.get("X-Correlation-Id"), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_NE(answer.get("Date"), "");
  EXPECT_EQ(bed.recorder.requests.size(), 1u);
  const std::string& got = bed.recorder.requests.at(0);
  EXPECT_TRUE(got.starts_with("POST /v2/orders?a=%20 HTTP/1.1\r\nHost: 127.0.0.1:")) << got;
  for (const char* part : {"6.6.6.6", "Hop", "Keep-Alive", "TE:", "Proxy-", "Secret", "theirs", "Client-Cert", "Real-IP", "b7ad6b7169203331", "\t"})
    EXPECT_FALSE(holds(got, part)) << part << "\n" << got;
  for (const char* part : {"\r\nAccept: text/plain\r\n", "\r\nCookie: a=b\r\n", "\r\nX-Set: by us\r\n", "\r\nX-Add: 1\r\n", "\r\nX-Forwarded-For: 127.0.0.1\r\n",
                           "\r\nX-Forwarded-Proto: http\r\n", "\r\nX-Forwarded-Host: shop\r\n", "\r\nVia: 1.0 before, 1.1 arint\r\n",
                           "\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-", "\r\nContent-Length: 5\r\n", "\r\n\r\nhello"})
    EXPECT_TRUE(holds(got, part)) << part << "\n" << got;
  EXPECT_EQ(bed.gateway.received, 5u);
  EXPECT_EQ(bed.gateway.sent, 2u);
}
TEST(Forward, WritesTheRequestAnew) {
  GatewayBed bed;
  bed.run(bed.recorder.script(), rewrites);
}

Task<void> responses(GatewayBed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.server->port()));
  bed.recorder.answer = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 404 Gone Fishing\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 1\r\nDate: today\r\n"
                     "X-Correlation-Id: theirs\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 3\r\n\r\nabc";
  EXPECT_TRUE(co_await talk.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  Answer answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 103);
  answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, "abc");
  EXPECT_TRUE(answer.head.starts_with("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_FALSE(holds(answer.head, "Hop") || holds(answer.head, "Keep-Alive") || holds(answer.head, "theirs"));
  EXPECT_TRUE(holds(answer.head, "Date: today\r\n") && holds(answer.head, "Set-Cookie: a\r\nSet-Cookie: b\r\n"));
  bed.recorder.answer = "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n";
  EXPECT_TRUE(co_await talk.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"));
  answer = co_await talk.answer(Method::head);
  EXPECT_EQ(answer.get("Content-Length"), "1234");
  bed.recorder.answer = "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n";
  EXPECT_TRUE(co_await talk.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 304);
  EXPECT_EQ(answer.get("ETag"), "\"x\"");
  bed.recorder.answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n";
  EXPECT_TRUE(co_await talk.send("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n"));
  answer = co_await talk.answer();
  EXPECT_EQ(answer.body, "abcde");
  EXPECT_EQ(answer.get("Transfer-Encoding"), "chunked");
  bed.recorder.answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  EXPECT_TRUE(co_await talk.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 502);
  EXPECT_EQ(bed.gateway.last_fault, "malformed");
  EXPECT_TRUE(co_await talk.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  bed.recorder.answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  answer = co_await talk.answer();
  EXPECT_EQ(answer.body, "abc");
  EXPECT_EQ(answer.get("Transfer-Encoding"), "");
}
TEST(Forward, WritesTheAnswerAnew) {
  GatewayBed bed;
  bed.run(bed.recorder.script(), responses);
}

}  // namespace
}  // namespace arint::http
