// SPDX-License-Identifier: GPL-3.0-or-later
// Bodies of every size, and what goes wrong on the way: nothing half is passed off as whole.
#include "http/forward/forward.hpp"

#include <gtest/gtest.h>

#include "http/testing/gateway_bed.hpp"
#include "http/testing/talk.hpp"

namespace arint::http {
namespace {

using runtime::Task;
using testing::Answer;
using testing::Caller;
using testing::GatewayBed;
using testing::holds;
using testing::ScriptedPeer;
using testing::Talk;

std::string pattern(std::size_t size) {
  std::string out(size, 'x');
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
  return out;
}
std::string chunks_of(const std::string& body, std::size_t piece) {
  std::string out;
  char digits[18];
  for (std::size_t at = 0; at < body.size(); at += piece) {
    std::string one = body.substr(at, piece);
    out += std::string(digits, write_chunk_size(digits, one.size())) + one + "\r\n";
  }
  return out + "0\r\n\r\n";
}

Task<void> send_in_background(Talk& talk, std::string bytes) { static_cast<void>(co_await talk.send(std::move(bytes))); }

Task<void> every_size(GatewayBed& bed) {
  for (std::size_t size : {0u, 1u, 1024u, 15'000u, 17'000u, 70'000u, 3'000'000u}) {
    const std::string body = pattern(size);
    Talk talk;
    EXPECT_TRUE(co_await talk.connect(bed.server->port()));
    for (const char* query : {"", "?chunked"}) {
      for (bool chunked : {false, true}) {
        std::string request = std::string("POST /x") + query + " HTTP/1.1\r\nHost: a\r\n";
        request += chunked ? "Transfer-Encoding: chunked\r\n\r\n" + chunks_of(body, 10'000) : "Content-Length: " + std::to_string(size) + "\r\n\r\n" + body;
        runtime::TaskGroup group;
        group.spawn(send_in_background(talk, request + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n"));
        Answer answer = co_await talk.answer(Method::post, Millis(20'000));
        EXPECT_EQ(answer.status, 200) << size << query << chunked << bed.gateway.last_fault;
        EXPECT_TRUE(answer.body == body) << size << query << chunked << " got " << answer.body.size();
        // A chunked body that has come whole is passed on with its length.
        EXPECT_EQ(answer.get("X-Was-Chunked"), chunked && size > 16'384 ? "yes" : "no");
        EXPECT_EQ(bed.gateway.received, size);
        EXPECT_EQ(bed.gateway.sent, size);
        bed.gateway.received = bed.gateway.sent = 0;
        answer = co_await talk.answer();
        EXPECT_EQ(answer.get("X-Path"), "/next");
        static_cast<void>(co_await group.join());
        if (answer.status != 200) co_return;
      }
    }
  }
  // The mirror answers before it has read: when it still had a long body to expect, it says that it will close. That is so for
  // 3,000,000 bytes of announced length; for the others of more than one buffer it depends on how much came with the head.
  EXPECT_GE(bed.upstream->counters().connects, 3u);
  EXPECT_LE(bed.upstream->counters().connects, 1u + 3 * 4);
}
TEST(Forward, StreamsBodiesOfEverySizeBothWays) { GatewayBed().run(every_size); }

Task<void> cut_answer(GatewayBed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.server->port()));
  EXPECT_TRUE(co_await talk.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  Answer answer = co_await talk.answer();
  EXPECT_EQ(answer.status, -2);  // begun, then broken off: the caller can tell
  EXPECT_EQ(bed.gateway.last_fault, "timeout");
}
Task<void> cut_before_answer(GatewayBed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.server->port()));
  EXPECT_TRUE(co_await talk.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"));
  Answer answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 504);
  EXPECT_FALSE(answer.close);
}
ScriptedPeer::Script says_and_closes(std::string text) {
  struct Say {
    static Task<void> play(Caller& caller, std::string bytes) {
      static_cast<void>(co_await caller.request());
      co_await caller.send(bytes);
    }
  };
  return [text](Caller& caller, int) { return Say::play(caller, text); };
}
TEST(Forward, NeverPassesHalfAnAnswerOffAsAWholeOne) {
  GatewayBed().run(says_and_closes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), cut_answer);
  GatewayBed().run(says_and_closes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"), cut_answer);
  GatewayBed().run(says_and_closes(""), cut_before_answer);
}

Task<void> caller_breaks_off(GatewayBed& bed) {
  {
    Talk talk;
    EXPECT_TRUE(co_await talk.connect(bed.server->port()));
    EXPECT_TRUE(co_await talk.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhalf"));
    while (bed.peer->connections() == 0) static_cast<void>(co_await runtime::sleep(Millis(1)));
  }
  while (bed.gateway.handled == 0) static_cast<void>(co_await runtime::sleep(Millis(1)));
  EXPECT_EQ(bed.gateway.last_fault, "malformed");
  Talk chunks;
  EXPECT_TRUE(co_await chunks.connect(bed.server->port()));
  EXPECT_TRUE(co_await chunks.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n"));
  Answer answer = co_await chunks.answer();
  EXPECT_EQ(answer.status, 400);
  EXPECT_TRUE(co_await chunks.closed());
}
Task<void> waits_for_all(GatewayBed& bed) {
  // The peer never sees a whole request, so it never answers; what it sees is a cut connection.
  co_await caller_breaks_off(bed);
  EXPECT_EQ(bed.recorder.requests.size(), 0u);
}
TEST(Forward, NeverPassesHalfARequestOffAsAWholeOne) {
  GatewayBed bed;
  bed.run(bed.recorder.script(), waits_for_all);
}

ScriptedPeer::Script answers_early() {
  struct Early {
    static Task<void> play(Caller& caller) {
      char room[100];
      static_cast<void>(co_await caller.socket().recv(std::span<char>(room)));
      co_await caller.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
      // It reads nothing more, and does not close: only the gateway can end this.
      runtime::IoResult waited = co_await runtime::sleep(Millis(60'000));
      static_cast<void>(waited);
    }
  };
  return [](Caller& caller, int) { return Early::play(caller); };
}
Task<void> early(GatewayBed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.server->port()));
  runtime::TaskGroup group;
  group.spawn(send_in_background(talk, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n" + std::string(50'000'000, 'x')));
  Answer answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.body, "no");
  EXPECT_TRUE(answer.close);
  talk.socket().close();
  static_cast<void>(co_await group.join());
}
TEST(Forward, PassesAnEarlyAnswerOnAndStopsTheUpload) { GatewayBed().run(answers_early(), early); }

Task<void> too_long(GatewayBed& bed) {
  bed.gateway.body_limit = 1000;
  for (const char* request : {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"}) {
    Talk talk;
    EXPECT_TRUE(co_await talk.connect(bed.server->port()));
    EXPECT_TRUE(co_await talk.send(request + std::string(1001, 'x') + "\r\n0\r\n\r\n"));
    Answer answer = co_await talk.answer();
    EXPECT_EQ(answer.status, 413);
    EXPECT_TRUE(co_await talk.closed());
  }
  EXPECT_EQ(bed.recorder.requests.size(), 0u);
}
TEST(Forward, KeepsToItsLimit) {
  GatewayBed bed;
  bed.run(bed.recorder.script(), too_long);
}

Task<void> continues(GatewayBed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.server->port()));
  EXPECT_TRUE(co_await talk.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"));
  Answer answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 100);
  EXPECT_TRUE(co_await talk.send("hello"));
  answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hello");
}
Task<void> refuses_expectation(GatewayBed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.server->port()));
  EXPECT_TRUE(co_await talk.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"));
  Answer answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 403);
  EXPECT_TRUE(co_await talk.closed());
}
TEST(Forward, LetsThePeerDecideAboutContinuing) {
  GatewayBed().run(continues);
  GatewayBed().run(answers_early(), refuses_expectation);
}

ScriptedPeer::Script stale_once() {
  struct Stale {
    static Task<void> play(Caller& caller, int number) {
      for (int i = 0;; ++i) {
        std::string request = co_await caller.request();
        if (request.empty() || (number == 0 && i == 1)) co_return;
        co_await caller.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      }
    }
  };
  return [](Caller& caller, int number) { return Stale::play(caller, number); };
}
Task<void> repeats(GatewayBed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.server->port()));
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(co_await talk.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"));
    Answer answer = co_await talk.answer();
    EXPECT_EQ(answer.status, 200);
  }
  EXPECT_EQ(bed.upstream->counters().retried, 1u);
}
TEST(Forward, ReplacesAStaleConnectionOnce) { GatewayBed().run(stale_once(), repeats); }

Task<void> down(GatewayBed& bed) {
  UpstreamOptions options;
  options.host = "127.0.0.1";
  options.port = 1;
  Upstream nobody(options, *bed.resolver);
  bed.gateway.upstream = &nobody;
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.server->port()));
  EXPECT_TRUE(co_await talk.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"));
  Answer answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 502);
  EXPECT_FALSE(holds(answer.body, "127.0.0.1"));
  EXPECT_FALSE(answer.close);
  bed.gateway.upstream = bed.upstream.get();
}
TEST(Forward, AnswersWhenThePeerIsDown) { GatewayBed().run(down); }

}  // namespace
}  // namespace arint::http
