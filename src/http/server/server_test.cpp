// SPDX-License-Identifier: GPL-3.0-or-later
// A server on loopback and the callers it meets.
#include "http/server/server.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "http/testing/talk.hpp"

namespace arint::http {
namespace {

using runtime::Task;
using testing::Answer;
using testing::Talk;

// Answers by path, so that one handler serves all tests.
class Paths : public Handler {
 public:
  Task<void> handle(Exchange& exchange) override {
    ++handled;
    const std::string_view path = exchange.path();
    if (path == "/echo") co_await echo(exchange);
    else if (path == "/stream") co_await stream(exchange);
    else if (path == "/half") co_await half(exchange);
    else if (path == "/bug") invariant(false, "it is asked for");
    else if (path == "/nothing") co_return;
    else if (path == "/wait") co_await wait(exchange);
    else if (path == "/split") co_await split(exchange);
    else if (path == "/204") static_cast<void>(co_await exchange.respond(204, "not sent"));
    else static_cast<void>(co_await exchange.respond(200, path));
  }
  void refused(const Peer&, int, std::string_view word) noexcept override { last_refusal = word; }

  int handled = 0;
  std::uint64_t limit = 1 << 20;
  std::string last_refusal{};
  runtime::Event go_on{};
  std::string last_fault{};

 private:
  Task<void> echo(Exchange& exchange) {
    Result<std::string_view> body = co_await exchange.read_all(limit);
    if (!body) {
      last_fault = word(body.error().fault);
      static_cast<void>(co_await exchange.problem(body.error()));
      co_return;
    }
    const Field fields[] = {{"Content-Type", exchange.field(Name::content_type)}};
    static_cast<void>(co_await exchange.respond(200, fields, *body));
  }
  Task<void> stream(Exchange& exchange) {
    static_cast<void>(co_await exchange.begin(200, std::span<const Field>(), std::nullopt));
    char piece[1000];
    for (;;) {
      Result<std::size_t> got = co_await exchange.read(std::span<char>(piece));
      if (!got || *got == 0) break;
      static_cast<void>(co_await exchange.write(std::string_view(piece, *got)));
    }
    static_cast<void>(co_await exchange.end());
  }
  Task<void> half(Exchange& exchange) {
    static_cast<void>(co_await exchange.begin(200, std::span<const Field>(), 100));
    static_cast<void>(co_await exchange.write("only this"));
  }
  Task<void> wait(Exchange& exchange) {
    runtime::IoResult woken = co_await go_on.wait();
    if (woken.ok()) static_cast<void>(co_await exchange.respond(200, "waited"));
  }
  Task<void> split(Exchange& exchange) {
    const Field fields[] = {{"X-A", "b\r\nSet-Cookie: stolen"}};
    Result<void> answered = co_await exchange.respond(200, fields, std::string_view());
    if (!answered) static_cast<void>(co_await exchange.respond(500, word(answered.error().fault)));
  }
};

// A loop, a server on port 0, and a test's coroutine beside it.
struct Bed {
  explicit Bed(std::uint32_t connections = 100) : budget(connections) {}
  Paths paths;
  ServerOptions options;
  ConnectionBudget budget;
  std::unique_ptr<Server> server;

  void run(const std::function<Task<void>(Bed&)>& test) {
    runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
    loop.run(body(*this, test));
    server.reset();
  }
  static Task<void> body(Bed& bed, const std::function<Task<void>(Bed&)>& test) {
    bed.server = std::make_unique<Server>(bed.options, bed.paths, bed.budget);
    Result<void> opened = bed.server->listen("127.0.0.1:0");
    EXPECT_TRUE(opened.ok());
    co_await test(bed);
    co_await bed.server->drain(Millis(2000));
    EXPECT_EQ(bed.server->counters().open, 0u);
    EXPECT_EQ(bed.budget.open.load(), 0u);
  }
  std::uint16_t port() const { return server->port(); }
};

std::string get(std::string_view path) { return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n"; }

Task<void> keeps_and_pipelines(Bed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.port()));
  std::string many;
  for (int i = 0; i < 1000; ++i) many += get("/n" + std::to_string(i));
  EXPECT_TRUE(co_await talk.send(many));
  for (int i = 0; i < 1000; ++i) {
    Answer answer = co_await talk.answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "/n" + std::to_string(i));
    EXPECT_FALSE(answer.get("Date").empty());
    EXPECT_EQ(answer.get("X-Correlation-Id").size(), 32u);
    if (answer.status != 200) co_return;
  }
  EXPECT_TRUE(co_await talk.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  Answer last = co_await talk.answer();
  EXPECT_TRUE(last.close);
  EXPECT_TRUE(co_await talk.closed());
}
TEST(Server, KeepsConnectionsAndAnswersAThousandPipelinedRequestsInOrder) { Bed().run(keeps_and_pipelines); }

Task<void> bodies(Bed& bed) {
  for (std::size_t size : {0u, 1u, 1000u, 16000u, 20000u, 300000u}) {
    std::string body(size, 'x');
    for (std::size_t i = 0; i < size; i += 7) body[i] = static_cast<char>('a' + i % 26);
    Talk talk;
    EXPECT_TRUE(co_await talk.connect(bed.port()));
    std::string chunked;
    for (std::size_t at = 0; at < size; at += 5000) {
      char digits[18];
      std::string piece = body.substr(at, 5000);
      chunked += std::string(digits, write_chunk_size(digits, piece.size())) + piece + "\r\n";
    }
    chunked += "0\r\nX-Sum: 1\r\n\r\n";
    EXPECT_TRUE(co_await talk.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" + body));
    Answer by_length = co_await talk.answer();
    EXPECT_EQ(by_length.status, 200);
    EXPECT_TRUE(by_length.body == body) << size;
    EXPECT_TRUE(co_await talk.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked + get("/next")));
    Answer by_chunks = co_await talk.answer();
    EXPECT_EQ(by_chunks.status, 200);
    EXPECT_TRUE(by_chunks.body == body) << size;
    Answer next = co_await talk.answer();
    EXPECT_EQ(next.body, "/next");
    EXPECT_TRUE(co_await talk.send("POST /stream HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked + get("/next")));
    Answer streamed = co_await talk.answer();
    EXPECT_TRUE(streamed.body == body) << size;
    next = co_await talk.answer();
    EXPECT_EQ(next.body, "/next");
  }
}
TEST(Server, ReadsAndStreamsBodiesOfEverySize) { Bed().run(bodies); }

Task<void> cut_everywhere(Bed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.port()));
  const std::string whole = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  for (std::size_t at = 1; at < whole.size(); ++at) {
    EXPECT_TRUE(co_await talk.send(whole.substr(0, at)));
    static_cast<void>(co_await runtime::sleep(Millis(0)));
    EXPECT_TRUE(co_await talk.send(whole.substr(at)));
    Answer answer = co_await talk.answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "hello");
    if (answer.status != 200) co_return;
  }
}
TEST(Server, DoesNotCareHowARequestIsCut) { Bed().run(cut_everywhere); }

Task<void> expectations(Bed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.port()));
  EXPECT_TRUE(co_await talk.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"));
  Answer interim = co_await talk.answer();
  EXPECT_EQ(interim.status, 100);
  EXPECT_TRUE(co_await talk.send("hello"));
  Answer answer = co_await talk.answer();
  EXPECT_EQ(answer.body, "hello");
  // A handler that does not read never asks for the body; whether it comes is unknown, so the connection ends.
  EXPECT_TRUE(co_await talk.send("POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"));
  answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.close);
  EXPECT_TRUE(co_await talk.closed());
}
TEST(Server, Sends100ContinueOnlyWhenTheBodyIsRead) { Bed().run(expectations); }

Task<void> too_big(Bed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.port()));
  EXPECT_TRUE(co_await talk.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\nabc"));
  Answer answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 413);
  EXPECT_TRUE(answer.close);
  Talk chunks;
  EXPECT_TRUE(co_await chunks.connect(bed.port()));
  EXPECT_TRUE(co_await chunks.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
  const std::string chunk = "10000\r\n" + std::string(65536, 'x') + "\r\n";
  for (int i = 0; i < 17; ++i) EXPECT_TRUE(co_await chunks.send(chunk));
  answer = co_await chunks.answer();
  EXPECT_EQ(answer.status, 413);
  EXPECT_NE(answer.body.find("\"cid\":\""), std::string::npos);
  // A body nobody reads is thrown away when it is short, and ends the connection when it is long.
  Talk unread;
  EXPECT_TRUE(co_await unread.connect(bed.port()));
  EXPECT_TRUE(co_await unread.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n" + std::string(20000, 'x') + get("/next")));
  answer = co_await unread.answer();
  EXPECT_FALSE(answer.close);
  answer = co_await unread.answer();
  EXPECT_EQ(answer.body, "/next");
  EXPECT_TRUE(co_await unread.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n"));
  answer = co_await unread.answer();
  EXPECT_TRUE(answer.close);
}
TEST(Server, AnswersTooLongBodiesEarly) { Bed().run(too_big); }

Task<void> refusals(Bed& bed) {
  struct Case {
    const char* bytes;
    int status;
    const char* word;
  };
  const Case cases[] = {{"GET / HTTP/1.1\r\n\r\n", 400, "host_missing"},
                        {"GET / HTTP/1.1\r\nHost: a\r\nX : 1\r\n\r\n", 400, "space_before_colon"},
                        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "length_and_coding"},
                        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501, "coding_unsupported"},
                        {"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505, "unsupported_version"},
                        {"GET /%2e%2e/ HTTP/1.1\r\nHost: a\r\n\r\n", 400, "dot_segment"},
                        {"\x16\x03\x01\x02", 400, "control_character"}};
  for (const Case& one : cases) {
    Talk talk;
    EXPECT_TRUE(co_await talk.connect(bed.port()));
    EXPECT_TRUE(co_await talk.send(one.bytes + get("/never")));
    Answer answer = co_await talk.answer();
    EXPECT_EQ(answer.status, one.status) << one.bytes;
    EXPECT_EQ(answer.get("Content-Type"), "application/problem+json");
    EXPECT_EQ(bed.paths.last_refusal, one.word);
    EXPECT_TRUE(answer.close);
    EXPECT_TRUE(co_await talk.closed());
  }
  EXPECT_EQ(bed.paths.handled, 0);
  Talk flood;
  EXPECT_TRUE(co_await flood.connect(bed.port()));
  EXPECT_TRUE(co_await flood.send("GET / HTTP/1.1\r\nHost: a\r\n"));
  bool open = true;
  for (int i = 0; open && i < 1000; ++i) open = co_await flood.send("X-Flood: " + std::string(1000, 'x') + "\r\n");
  Answer answer = co_await flood.answer();
  EXPECT_EQ(answer.status, 431);
  EXPECT_EQ(bed.server->counters().refused_requests, 8u);
}
TEST(Server, RefusesAndCloses) { Bed().run(refusals); }

Task<void> large_heads(Bed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.port()));
  for (std::size_t size : {12000u, 16200u, 16300u, 16330u, 30000u}) {
    std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nX: " + std::string(size, 'x') + "\r\n";
    EXPECT_TRUE(co_await talk.send(head + "Content-Length: 9000\r\n\r\n"));
    EXPECT_TRUE(co_await talk.send(std::string(9000, 'b') + get("/next")));
    Answer answer = co_await talk.answer();
    EXPECT_EQ(answer.body.size(), 9000u) << size;
    answer = co_await talk.answer();
    EXPECT_EQ(answer.body, "/next") << size;
    if (answer.status != 200) co_return;
  }
}
TEST(Server, TakesLongHeadsWithBodiesBehindThem) { Bed().run(large_heads); }

Task<void> timeouts(Bed& bed) {
  Talk head, body, idle;
  EXPECT_TRUE(co_await head.connect(bed.port()));
  EXPECT_TRUE(co_await body.connect(bed.port()));
  EXPECT_TRUE(co_await idle.connect(bed.port()));
  EXPECT_TRUE(co_await head.send("GET / HT"));
  EXPECT_TRUE(co_await body.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"));
  EXPECT_TRUE(co_await idle.send(get("/x")));
  Answer answer = co_await idle.answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(co_await idle.closed());
  answer = co_await head.answer();
  EXPECT_EQ(answer.status, 408);
  EXPECT_TRUE(co_await head.closed());
  answer = co_await body.answer();
  EXPECT_EQ(answer.status, 408);
  EXPECT_EQ(bed.paths.last_fault, "timeout");
  EXPECT_TRUE(co_await body.closed());
}
TEST(Server, CutsCallersThatAreTooSlow) {
  Bed bed;
  bed.options.header_timeout = bed.options.body_timeout = bed.options.idle_timeout = Millis(100);
  bed.run(timeouts);
}

Task<void> handlers(Bed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.port()));
  for (const char* path : {"/bug", "/nothing", "/split"}) {
    EXPECT_TRUE(co_await talk.send(get(path)));
    Answer answer = co_await talk.answer();
    EXPECT_EQ(answer.status, 500) << path;
    EXPECT_EQ(answer.body.find("asked for"), std::string::npos);
  }
  EXPECT_TRUE(co_await talk.send("HEAD /echo HTTP/1.1\r\nHost: a\r\n\r\n" + get("/204") + "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"));
  Answer answer = co_await talk.answer(Method::head);
  EXPECT_EQ(answer.status, 200);
  answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.get("Content-Length"), "");
  answer = co_await talk.answer();
  EXPECT_EQ(answer.status, 204);
  EXPECT_NE(answer.get("Allow"), "");
  EXPECT_TRUE(co_await talk.send(get("/half")));
  answer = co_await talk.answer();
  EXPECT_EQ(answer.status, -2);  // cut, not ended
}
TEST(Server, AnswersForHandlersThatFail) { Bed().run(handlers); }

Task<void> old_version(Bed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.port()));
  EXPECT_TRUE(co_await talk.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  Answer answer = co_await talk.answer();
  EXPECT_EQ(answer.get("Connection"), "keep-alive");
  EXPECT_TRUE(co_await talk.send("POST /stream HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc"));
  answer = co_await talk.answer();
  EXPECT_EQ(answer.body, "abc");
  EXPECT_EQ(answer.get("Transfer-Encoding"), "");
  EXPECT_TRUE(co_await talk.closed());
}
TEST(Server, SpeaksHttp10) { Bed().run(old_version); }

Task<void> drains(Bed& bed) {
  Talk idle, busy;
  EXPECT_TRUE(co_await idle.connect(bed.port()));
  EXPECT_TRUE(co_await idle.send(get("/x")));
  Answer answer = co_await idle.answer();
  EXPECT_TRUE(co_await busy.connect(bed.port()));
  EXPECT_TRUE(co_await busy.send(get("/wait")));
  while (bed.paths.handled < 2) static_cast<void>(co_await runtime::sleep(Millis(1)));
  runtime::TaskGroup group;
  group.spawn(bed.server->drain(Millis(5000)));
  EXPECT_TRUE(co_await idle.closed());
  bed.paths.go_on.set();
  answer = co_await busy.answer();
  EXPECT_EQ(answer.body, "waited");
  EXPECT_TRUE(answer.close);
  static_cast<void>(co_await group.join());
  Talk late;
  EXPECT_FALSE(co_await late.connect(bed.port()));
}
TEST(Server, DrainsWhatIsInFlight) { Bed().run(drains); }

Task<void> cuts_after_drain(Bed& bed) {
  Talk busy;
  EXPECT_TRUE(co_await busy.connect(bed.port()));
  EXPECT_TRUE(co_await busy.send(get("/wait")));
  while (bed.paths.handled < 1) static_cast<void>(co_await runtime::sleep(Millis(1)));
  co_await bed.server->drain(Millis(50));
  EXPECT_TRUE(co_await busy.closed());
}
TEST(Server, CutsWhatOutlivesTheDrain) { Bed().run(cuts_after_drain); }

Task<void> full(Bed& bed) {
  Talk one, two;
  EXPECT_TRUE(co_await one.connect(bed.port()));
  EXPECT_TRUE(co_await one.send(get("/x")));
  Answer answer = co_await one.answer();
  EXPECT_TRUE(co_await two.connect(bed.port()));
  EXPECT_TRUE(co_await two.send(get("/x")));
  answer = co_await two.answer();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.get("Retry-After"), "2");
  EXPECT_TRUE(co_await two.closed());
}
TEST(Server, TurnsAwayPolitelyWhenFull) { Bed(1).run(full); }

Task<void> content_on_get(Bed& bed) {
  Talk talk;
  EXPECT_TRUE(co_await talk.connect(bed.port()));
  EXPECT_TRUE(co_await talk.send("GET /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + get("/smuggled")));
  Answer answer = co_await talk.answer();
  EXPECT_EQ(answer.body, "hello");
  EXPECT_TRUE(answer.close);
  EXPECT_TRUE(co_await talk.closed());
  EXPECT_EQ(bed.paths.handled, 1);
}
TEST(Server, BelievesNothingBehindContentOfAGet) { Bed().run(content_on_get); }

}  // namespace
}  // namespace arint::http
