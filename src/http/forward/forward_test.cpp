// SPDX-License-Identifier: GPL-3.0-or-later
// Caller - gateway - peer, all on one loop.
#include "http/forward/forward.hpp"

#include <gtest/gtest.h>

#include "http/server/server.hpp"
#include "http/testing/scripted_peer.hpp"
#include "http/testing/talk.hpp"
#include "http/wire/resolver.hpp"

namespace arint::http {
namespace {

using runtime::Task;
using testing::Answer;
using testing::Caller;
using testing::ScriptedPeer;
using testing::Talk;

class Gateway : public Handler {
 public:
  Task<void> handle(Exchange& exchange) override {
    Result<void> done = co_await forward(exchange, *upstream, rules);
    ++handled;
    last_fault = done ? "" : word(done.error().fault);
    received += exchange.received_bytes();
    sent += exchange.sent_bytes();
  }
  Upstream* upstream = nullptr;
  ForwardRules rules;
  int handled = 0;
  std::string last_fault{};
  std::uint64_t received = 0, sent = 0;
};

// A peer that is a server of ours: streams every request's body back.
class Mirror : public Handler {
 public:
  Task<void> handle(Exchange& exchange) override {
    const Field fields[] = {{"X-Path", exchange.target()}, {"X-Was-Chunked", exchange.body_length() ? "no" : "yes"}};
    std::optional<std::uint64_t> length;
    if (exchange.query() != "chunked") length = exchange.body_length();
    static_cast<void>(co_await exchange.begin(200, fields, length));
    static char piece[50'000];
    for (;;) {
      Result<std::size_t> got = co_await exchange.read(std::span<char>(piece));
      if (!got || *got == 0) break;
      Result<void> written = co_await exchange.write(std::string_view(piece, *got));
      if (!written) co_return;
    }
    static_cast<void>(co_await exchange.end());
  }
};

struct Bed {
  Gateway gateway;
  Mirror mirror;
  ServerOptions options;
  UpstreamOptions upstream_options;
  ConnectionBudget budget{100};
  std::unique_ptr<Resolver> resolver;
  std::unique_ptr<ScriptedPeer> peer;
  std::unique_ptr<Server> mirror_server, server;
  std::unique_ptr<Upstream> upstream;

  using Test = Task<void> (*)(Bed&);
  void run(Test test) { run(nullptr, test); }
  void run(ScriptedPeer::Script script, Test test) {
    runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
    loop.run(body(*this, std::move(script), test));
  }
  static Task<void> body(Bed& bed, ScriptedPeer::Script script, Test test) {
    bed.resolver = std::make_unique<Resolver>();
    bed.upstream_options.host = "127.0.0.1";
    if (script) {
      bed.peer = std::make_unique<ScriptedPeer>(std::move(script));
      bed.upstream_options.port = bed.peer->port();
    } else {
      bed.mirror_server = std::make_unique<Server>(ServerOptions(), bed.mirror, bed.budget);
      EXPECT_TRUE(bed.mirror_server->listen("127.0.0.1:0").ok());
      bed.upstream_options.port = bed.mirror_server->port();
    }
    bed.upstream = std::make_unique<Upstream>(bed.upstream_options, *bed.resolver);
    bed.gateway.upstream = bed.upstream.get();
    bed.server = std::make_unique<Server>(bed.options, bed.gateway, bed.budget);
    EXPECT_TRUE(bed.server->listen("127.0.0.1:0").ok());
    co_await test(bed);
    co_await bed.server->drain(Millis(2000));
    co_await bed.upstream->close();
    EXPECT_EQ(bed.upstream->counters().open, 0u);
    if (bed.peer) co_await bed.peer->close();
    if (bed.mirror_server) co_await bed.mirror_server->drain(Millis(2000));
    co_await bed.resolver->close();
    bed.server.reset();
    bed.upstream.reset();
    bed.peer.reset();
    bed.mirror_server.reset();
    bed.resolver.reset();
  }
};

// Keeps what it got and answers `answer` to each request.
struct Recorder {
  std::vector<std::string> requests{};
  std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  ScriptedPeer::Script script() {
    return [this](Caller& caller, int) { return play(*this, caller); };
  }
  static Task<void> play(Recorder& recorder, Caller& caller) {
    for (;;) {
      std::string request = co_await caller.request();
      if (request.empty()) co_return;
      recorder.requests.push_back(request);
      co_await caller.send(recorder.answer);
    }
  }
};
Recorder* recorder = nullptr;

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

Task<void> rewrites(Bed& bed) {
  bed.gateway.rules.strip_prefix = "/api";
  bed.gateway.rules.add_prefix = "/v2";
  bed.gateway.rules.set_request = {{"X-Set", "by us"}};
  bed.gateway.rules.drop_request = {"x-secret"};
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
  EXPECT_EQ(recorder->requests.size(), 1u);
  const std::string& got = recorder->requests.at(0);
  EXPECT_TRUE(got.starts_with("POST /v2/orders?a=%20 HTTP/1.1\r\nHost: 127.0.0.1:")) << got;
  for (const char* part : {"6.6.6.6", "Hop", "Keep-Alive", "TE:", "Proxy-", "Secret", "theirs", "Client-Cert", "Real-IP", "b7ad6b7169203331", "\t"})
    EXPECT_FALSE(holds(got, part)) << part << "\n" << got;
  for (const char* part : {"\r\nAccept: text/plain\r\n", "\r\nCookie: a=b\r\n", "\r\nX-Set: by us\r\n", "\r\nX-Forwarded-For: 127.0.0.1\r\n",
                           "\r\nX-Forwarded-Proto: http\r\n", "\r\nX-Forwarded-Host: shop\r\n", "\r\nVia: 1.0 before, 1.1 arint\r\n",
                           "\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-", "\r\nContent-Length: 5\r\n", "\r\n\r\nhello"})
    EXPECT_TRUE(holds(got, part)) << part << "\n" << got;
  EXPECT_EQ(bed.gateway.received, 5u);
  EXPECT_EQ(bed.gateway.sent, 2u);
}
TEST(Forward, WritesTheRequestAnew) {
  Recorder one;
  recorder = &one;
  Bed().run(one.script(), rewrites);
}

Task<void> responses(Bed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.server->port()));
  recorder->answer = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 404 Gone Fishing\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 1\r\nDate: today\r\n"
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
  recorder->answer = "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n";
  EXPECT_TRUE(co_await talk.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"));
  answer = co_await talk.answer(Method::head);
  EXPECT_EQ(answer.get("Content-Length"), "1234");
  recorder->answer = "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n";
  EXPECT_TRUE(co_await talk.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 304);
  EXPECT_EQ(answer.get("ETag"), "\"x\"");
  recorder->answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n";
  EXPECT_TRUE(co_await talk.send("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n"));
  answer = co_await talk.answer();
  EXPECT_EQ(answer.body, "abcde");
  EXPECT_EQ(answer.get("Transfer-Encoding"), "chunked");
  recorder->answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  EXPECT_TRUE(co_await talk.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 502);
  EXPECT_EQ(bed.gateway.last_fault, "malformed");
  EXPECT_TRUE(co_await talk.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  recorder->answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  answer = co_await talk.answer();
  EXPECT_EQ(answer.body, "abc");
  EXPECT_EQ(answer.get("Transfer-Encoding"), "");
}
TEST(Forward, WritesTheAnswerAnew) {
  Recorder one;
  recorder = &one;
  Bed().run(one.script(), responses);
}

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

Task<void> every_size(Bed& bed) {
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
  // The mirror answers before it has read: when it had a long body to expect, it says that it will close.
  EXPECT_EQ(bed.upstream->counters().connects, 3u);
}
TEST(Forward, StreamsBodiesOfEverySizeBothWays) { Bed().run(every_size); }

Task<void> cut_answer(Bed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.server->port()));
  EXPECT_TRUE(co_await talk.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  Answer answer = co_await talk.answer();
  EXPECT_EQ(answer.status, -2);  // begun, then broken off: the caller can tell
  EXPECT_EQ(bed.gateway.last_fault, "timeout");
}
Task<void> cut_before_answer(Bed& bed) {
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
  Bed().run(says_and_closes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), cut_answer);
  Bed().run(says_and_closes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"), cut_answer);
  Bed().run(says_and_closes(""), cut_before_answer);
}

Task<void> caller_breaks_off(Bed& bed) {
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
Task<void> waits_for_all(Bed& bed) {
  // The peer never sees a whole request, so it never answers; what it sees is a cut connection.
  co_await caller_breaks_off(bed);
  EXPECT_EQ(recorder->requests.size(), 0u);
}
TEST(Forward, NeverPassesHalfARequestOffAsAWholeOne) {
  Recorder one;
  recorder = &one;
  Bed().run(one.script(), waits_for_all);
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
Task<void> early(Bed& bed) {
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
TEST(Forward, PassesAnEarlyAnswerOnAndStopsTheUpload) { Bed().run(answers_early(), early); }

Task<void> too_long(Bed& bed) {
  bed.gateway.rules.request_bytes = 1000;
  for (const char* request : {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"}) {
    Talk talk;
    EXPECT_TRUE(co_await talk.connect(bed.server->port()));
    EXPECT_TRUE(co_await talk.send(request + std::string(1001, 'x') + "\r\n0\r\n\r\n"));
    Answer answer = co_await talk.answer();
    EXPECT_EQ(answer.status, 413);
    EXPECT_TRUE(co_await talk.closed());
  }
  EXPECT_EQ(recorder->requests.size(), 0u);
}
TEST(Forward, KeepsToItsLimit) {
  Recorder one;
  recorder = &one;
  Bed().run(one.script(), too_long);
}

Task<void> continues(Bed& bed) {
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
Task<void> refuses_expectation(Bed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.server->port()));
  EXPECT_TRUE(co_await talk.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"));
  Answer answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 403);
  EXPECT_TRUE(co_await talk.closed());
}
TEST(Forward, LetsThePeerDecideAboutContinuing) {
  Bed().run(continues);
  Bed().run(answers_early(), refuses_expectation);
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
Task<void> repeats(Bed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.server->port()));
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(co_await talk.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"));
    Answer answer = co_await talk.answer();
    EXPECT_EQ(answer.status, 200);
  }
  EXPECT_EQ(bed.upstream->counters().retried, 1u);
}
TEST(Forward, ReplacesAStaleConnectionOnce) { Bed().run(stale_once(), repeats); }

Task<void> down(Bed& bed) {
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
TEST(Forward, AnswersWhenThePeerIsDown) { Bed().run(down); }

}  // namespace
}  // namespace arint::http
