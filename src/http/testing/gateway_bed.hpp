// SPDX-License-Identifier: GPL-3.0-or-later
// Caller - gateway - peer, all on one loop: what the tests of forward() stand on.
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "http/forward/forward.hpp"
#include "http/server/server.hpp"
#include "http/testing/scripted_peer.hpp"
#include "http/wire/resolver.hpp"

namespace arint::http::testing {

using runtime::Task;

// The handler: forwards everything, and remembers how it went.
class Gateway : public Handler {
 public:
  Task<void> handle(Exchange& exchange) override {
    exchange.limit_body(body_limit);
    exchange.pass(&passing);
    Result<void> done = co_await forward(exchange, *upstream, rules);
    ++handled;
    last_fault = done ? "" : word(done.error().fault);
    received += exchange.received_bytes();
    sent += exchange.sent_bytes();
  }
  Upstream* upstream = nullptr;
  ForwardRules rules;
  Passing passing;
  std::uint64_t body_limit = 0;
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
struct GatewayBed {
  Gateway gateway;
  Mirror mirror;
  Recorder recorder;
  ServerOptions options;
  UpstreamOptions upstream_options;
  ConnectionBudget budget{100};
  std::unique_ptr<Resolver> resolver;
  std::unique_ptr<ScriptedPeer> peer;
  std::unique_ptr<Server> mirror_server, server;
  std::unique_ptr<Upstream> upstream;

  using Test = Task<void> (*)(GatewayBed&);
  void run(Test test) { run(nullptr, test); }
  void run(ScriptedPeer::Script script, Test test) {
    runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
    loop.run(body(*this, std::move(script), test));
  }
  static Task<void> body(GatewayBed& bed, ScriptedPeer::Script script, Test test) {
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

inline bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace arint::http::testing
