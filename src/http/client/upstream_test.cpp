// SPDX-License-Identifier: GPL-3.0-or-later
// Calls to peers that behave, and to peers that do not.
#include "http/client/upstream.hpp"

#include <gtest/gtest.h>

#include "http/testing/scripted_peer.hpp"
#include "http/wire/resolver.hpp"

namespace arint::http {
namespace {

using runtime::Task;
using testing::Caller;
using testing::ScriptedPeer;

constexpr const char* fine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// A loop with a peer and an upstream that calls it.
struct Bed {
  UpstreamOptions options;
  std::unique_ptr<Resolver> resolver;
  std::unique_ptr<ScriptedPeer> peer;
  std::unique_ptr<Upstream> upstream;
  std::vector<std::string> seen;

  using Test = Task<void> (*)(Bed&);
  void run(ScriptedPeer::Script script, Test test) {
    runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
    loop.run(body(*this, std::move(script), test));
  }
  static Task<void> body(Bed& bed, ScriptedPeer::Script script, Test test) {
    bed.resolver = std::make_unique<Resolver>();
    bed.peer = std::make_unique<ScriptedPeer>(std::move(script));
    bed.options.host = "127.0.0.1";
    bed.options.port = bed.peer->port();
    bed.upstream = std::make_unique<Upstream>(bed.options, *bed.resolver);
    co_await test(bed);
    co_await bed.upstream->close();
    EXPECT_EQ(bed.upstream->counters().open, 0u);
    EXPECT_EQ(bed.upstream->counters().idle, 0u);
    co_await bed.peer->close();
    co_await bed.resolver->close();
    bed.upstream.reset();
    bed.peer.reset();
    bed.resolver.reset();
  }
};

Task<Result<Response>> ask(Bed& bed, std::string_view method = "GET", std::string_view body = {}) {
  Request request;
  request.method = method;
  request.target = "/a?b=c";
  request.body = body;
  co_return co_await bed.upstream->call(request);
}

Fault fault_of(const Result<Response>& answer) { return answer.ok() ? Fault::bug : answer.error().fault; }

ScriptedPeer::Script always(std::string answer) {
  return [answer](Caller& caller, int) -> Task<void> {
    struct Loop {
      static Task<void> run(Caller& peer, std::string bytes) {
        for (;;) {
          std::string request = co_await peer.request();
          if (request.empty()) co_return;
          co_await peer.send(bytes);
        }
      }
    };
    return Loop::run(caller, answer);
  };
}

Task<void> keeps_connections(Bed& bed) {
  for (int i = 0; i < 5; ++i) {
    Result<Response> answer = co_await ask(bed, "POST", "hello");
    EXPECT_TRUE(answer.ok()) << answer.error().sentence;
    if (!answer) co_return;
    EXPECT_EQ(answer->status(), 200);
    EXPECT_EQ(answer->body, "ok");
    EXPECT_EQ(answer->get("content-length"), "2");
    EXPECT_EQ(answer->get(Name::content_length), "2");
  }
  EXPECT_EQ(bed.peer->connections(), 1);
  EXPECT_EQ(bed.upstream->counters().reused, 4u);
}
TEST(Upstream, KeepsItsConnection) { Bed().run(always(fine), keeps_connections); }

Task<void> one_call(Bed& bed) {
  Result<Response> answer = co_await ask(bed);
  EXPECT_TRUE(answer.ok()) << answer.error().sentence;
  EXPECT_EQ(answer ? answer->body : "", "hello world");
}
TEST(Upstream, ReadsEveryFraming) {
  Bed().run(always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n"), one_call);
  Bed().run(always("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world"), one_call);
  Bed().run(
      [](Caller& caller, int) -> Task<void> {
        struct Once {
          static Task<void> run(Caller& peer) {
            std::string request = co_await peer.request();
            EXPECT_EQ(request.substr(0, request.find("\r\n")), "GET /a?b=c HTTP/1.1");
            co_await peer.send("HTTP/1.0 200 OK\r\n\r\nhello ");
            co_await peer.send("world");
          }
        };
        return Once::run(caller);
      },
      one_call);
}

// The first connection answers once and breaks at the second request; the next ones behave.
ScriptedPeer::Script breaks_when_reused() {
  return [](Caller& caller, int number) -> Task<void> {
    struct Break {
      static Task<void> run(Caller& peer, int nth) {
        for (int i = 0;; ++i) {
          std::string request = co_await peer.request();
          if (request.empty() || (nth == 0 && i == 1)) co_return;
          co_await peer.send(fine);
        }
      }
    };
    return Break::run(caller, number);
  };
}
Task<void> retries_get(Bed& bed) {
  for (int i = 0; i < 2; ++i) {
    Result<Response> answer = co_await ask(bed);
    EXPECT_TRUE(answer.ok());
  }
  EXPECT_EQ(bed.upstream->counters().retried, 1u);
  EXPECT_EQ(bed.peer->connections(), 2);
}
Task<void> does_not_retry_post(Bed& bed) {
  Result<Response> answer = co_await ask(bed, "POST", "x");
  EXPECT_TRUE(answer.ok());
  answer = co_await ask(bed, "POST", "x");
  EXPECT_EQ(fault_of(answer), Fault::timeout);
  EXPECT_NE(answer.error().sentence.find("cut the connection"), std::string::npos);
  EXPECT_EQ(bed.upstream->counters().retried, 0u);
}
TEST(Upstream, RepeatsOnlyWhatMayBeRepeatedOnAStaleConnection) {
  Bed().run(breaks_when_reused(), retries_get);
  Bed().run(breaks_when_reused(), does_not_retry_post);
}

ScriptedPeer::Script answers_once_and_closes() {
  return [](Caller& caller, int) -> Task<void> {
    struct Once {
      static Task<void> run(Caller& peer) {
        std::string request = co_await peer.request();
        co_await peer.send(fine);
      }
    };
    return Once::run(caller);
  };
}
Task<void> notices_closed(Bed& bed) {
  for (int i = 0; i < 3; ++i) {
    Result<Response> answer = co_await ask(bed, "POST", "x");
    EXPECT_TRUE(answer.ok());
    // Give the end of the connection its round of the loop.
    static_cast<void>(co_await runtime::sleep(Millis(20)));
  }
  EXPECT_EQ(bed.peer->connections(), 3);
}
TEST(Upstream, NoticesAClosedConnectionBeforeUsingIt) { Bed().run(answers_once_and_closes(), notices_closed); }

Task<void> expect_timeout(Bed& bed) {
  Result<Response> answer = co_await ask(bed);
  EXPECT_EQ(fault_of(answer), Fault::timeout);
}
Task<void> expect_malformed(Bed& bed) {
  Result<Response> answer = co_await ask(bed);
  EXPECT_EQ(fault_of(answer), Fault::malformed);
}
TEST(Upstream, NamesWhatWentWrong) {
  ScriptedPeer::Script cuts = [](Caller& caller, int) -> Task<void> {
    struct Cut {
      static Task<void> run(Caller& peer) { static_cast<void>(co_await peer.request()); }
    };
    return Cut::run(caller);
  };
  Bed().run(cuts, expect_timeout);
  Bed().run(always("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"), expect_malformed);
  Bed().run(always("SSH-2.0-OpenSSH\r\n"), expect_malformed);
  Bed().run(always("HTTP/1.1 101 Switching Protocols\r\n\r\n"), expect_malformed);
  Bed().run(always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"), expect_malformed);
  Bed small;
  small.options.response_bytes = 10;
  small.run(always("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world"), expect_malformed);
}

ScriptedPeer::Script silent() {
  return [](Caller& caller, int) -> Task<void> {
    struct Silent {
      static Task<void> run(Caller& peer) {
        for (;;) {
          std::string request = co_await peer.request();
          if (request.empty()) co_return;
        }
      }
    };
    return Silent::run(caller);
  };
}
Task<void> callers_deadline(Bed& bed) {
  runtime::Deadline until(*co_await runtime::this_context(), Millis(50));
  Result<Response> answer = co_await ask(bed);
  EXPECT_EQ(fault_of(answer), Fault::timeout);
  EXPECT_TRUE(until.fired());
}
TEST(Upstream, KeepsToTheShortestTime) {
  Bed first_byte;
  first_byte.options.first_byte_timeout = Millis(50);
  first_byte.run(silent(), expect_timeout);
  Bed whole;
  whole.options.timeout = Millis(50);
  whole.run(silent(), expect_timeout);
  Bed().run(silent(), callers_deadline);
}

Task<void> call_into(Bed& bed, Result<Response>& out) { out = co_await ask(bed); }
Task<void> crowd(Bed& bed) {
  Result<Response> one = Error{}, two = Error{}, three = Error{};
  runtime::TaskGroup group;
  group.spawn(call_into(bed, one));
  group.spawn(call_into(bed, two));
  group.spawn(call_into(bed, three));
  static_cast<void>(co_await group.join());
  EXPECT_EQ(fault_of(one), Fault::timeout);
  EXPECT_EQ(fault_of(two), Fault::unreachable);  // never sent
  EXPECT_EQ(fault_of(three), Fault::busy);
}
TEST(Upstream, LimitsConnectionsAndQueue) {
  Bed bed;
  bed.options.connections = 1;
  bed.options.queue = 1;
  bed.options.timeout = Millis(80);
  bed.run(silent(), crowd);
}

Task<void> nobody_there(Bed& bed) {
  UpstreamOptions options;
  options.host = "localhost";
  options.port = 1;
  Upstream nobody(options, *bed.resolver);
  Request request;
  Result<Response> answer = co_await nobody.call(request);
  EXPECT_EQ(fault_of(answer), Fault::unreachable);
  options.host = "no-such-name.invalid";
  Upstream unknown(options, *bed.resolver);
  answer = co_await unknown.call(request);
  EXPECT_EQ(fault_of(answer), Fault::unreachable);
  EXPECT_NE(answer.error().sentence.find("no-such-name.invalid"), std::string::npos);
  Result<void> alive = co_await bed.upstream->probe();
  EXPECT_TRUE(alive.ok());
  EXPECT_EQ(bed.upstream->counters().idle, 1u);
}
TEST(Upstream, SaysWhenNobodyIsThere) { Bed().run(always(fine), nobody_there); }

Task<void> bad_requests(Bed& bed) {
  Request request;
  const Field split[] = {{"X", "a\r\nY: b"}};
  const Field framing[] = {{"content-length", "5"}};
  request.fields = split;
  Result<Response> answer = co_await bed.upstream->call(request);
  EXPECT_EQ(fault_of(answer), Fault::bug);
  request.fields = framing;
  answer = co_await bed.upstream->call(request);
  EXPECT_EQ(fault_of(answer), Fault::bug);
  request.fields = std::span<const Field>();
  for (const char* target : {"", "a", "/a b", "/a\r\nX: y", "/a#b"}) {
    request.target = target;
    answer = co_await bed.upstream->call(request);
    EXPECT_EQ(fault_of(answer), Fault::bug) << target;
  }
  EXPECT_EQ(bed.peer->connections(), 0);
}
TEST(Upstream, SendsNothingThatCouldSplitARequest) { Bed().run(always(fine), bad_requests); }

Task<void> early(Bed& bed) {
  Result<Response> answer = co_await ask(bed, "POST", std::string(8 << 20, 'x'));
  EXPECT_TRUE(answer.ok()) << answer.error().sentence;
  EXPECT_EQ(answer ? answer->status() : 0, 413);
}
TEST(Upstream, TakesAnAnswerThatComesBeforeTheBodyIsSent) {
  Bed().run(
      [](Caller& caller, int) -> Task<void> {
        struct Early {
          static Task<void> run(Caller& peer) {
            char room[1000];
            static_cast<void>(co_await peer.socket().recv(std::span<char>(room)));
            co_await peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            static_cast<void>(peer.socket().shutdown_send());
            for (runtime::IoResult got{1}; got.n > 0;) got = co_await peer.socket().recv(std::span<char>(room));
          }
        };
        return Early::run(caller);
      },
      early);
}

Task<void> streams(Bed& bed) {
  Call call(*bed.upstream);
  Request request;
  request.method = "POST";
  Result<void> done = co_await call.begin(request, 10);
  EXPECT_TRUE(done.ok());
  done = co_await call.write("hello");
  EXPECT_TRUE(done.ok());
  done = co_await call.write("world!");
  EXPECT_FALSE(done.ok());
  done = co_await call.write("world");
  EXPECT_TRUE(done.ok());
  done = co_await call.finish();
  EXPECT_TRUE(done.ok());
  Result<const ResponseHead*> head = co_await call.response();
  EXPECT_TRUE(head.ok());
  if (!head) co_return;
  EXPECT_EQ((*head)->status, 200);
  char one = 0;
  std::string body;
  for (;;) {
    Result<std::size_t> got = co_await call.read(std::span<char>(&one, 1));
    EXPECT_TRUE(got.ok());
    if (!got || *got == 0) break;
    body += one;
  }
  EXPECT_EQ(body, "ok");
}
TEST(Call, StreamsBothBodies) { Bed().run(always(fine), streams); }

TEST(Status, MeansOneFaultEach) {
  EXPECT_EQ(fault_of_status(200), std::nullopt);
  EXPECT_EQ(fault_of_status(304), std::nullopt);
  EXPECT_EQ(fault_of_status(401), Fault::refused);
  EXPECT_EQ(fault_of_status(404), Fault::rejected);
  EXPECT_EQ(fault_of_status(408), Fault::timeout);
  EXPECT_EQ(fault_of_status(429), Fault::busy);
  EXPECT_EQ(fault_of_status(500), Fault::rejected);
  EXPECT_EQ(fault_of_status(502), Fault::timeout);
  EXPECT_EQ(fault_of_status(503), Fault::busy);
  EXPECT_EQ(fault_of_status(504), Fault::timeout);
}

}  // namespace
}  // namespace arint::http
