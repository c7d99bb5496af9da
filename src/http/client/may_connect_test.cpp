// SPDX-License-Identifier: GPL-3.0-or-later
// UpstreamOptions::may_connect is asked about the address that is connected to, at each connection.
#include <gtest/gtest.h>

#include "http/client/upstream.hpp"
#include "http/testing/scripted_peer.hpp"
#include "http/wire/resolver.hpp"

namespace arint::http {
namespace {

using runtime::Task;
using testing::Caller;
using testing::ScriptedPeer;

Task<void> answer_once(Caller& peer, int) {
  const std::string request = co_await peer.request();
  if (!request.empty()) co_await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
}

// A name that is allowed at first and leads elsewhere later: what was looked up or connected to before does not count.
Task<void> asked_each_time(bool* done) {
  Resolver resolver;
  ScriptedPeer peer(answer_once);
  bool allowed = true;
  std::vector<std::string> asked;
  UpstreamOptions options;
  options.host = "localhost";
  options.port = peer.port();
  options.addresses = {{"127.0.0.1", peer.port()}};
  options.may_connect = [&](const runtime::Address& address) {
    asked.push_back(address.text());
    return allowed;
  };
  Upstream upstream(options, resolver);
  Request request;
  Result<Response> answer = co_await upstream.call(request);
  EXPECT_TRUE(answer.ok());
  allowed = false;
  answer = co_await upstream.call(request);
  EXPECT_FALSE(answer.ok());
  if (!answer) { EXPECT_EQ(answer.error().fault, Fault::rejected) << answer.error().sentence; }
  allowed = true;
  answer = co_await upstream.call(request);
  EXPECT_TRUE(answer.ok());
  EXPECT_EQ(peer.connections(), 2);
  EXPECT_EQ(asked, std::vector<std::string>(3, "127.0.0.1:" + std::to_string(peer.port())));
  co_await upstream.close();
  co_await peer.close();
  co_await resolver.close();
  *done = true;
}

TEST(MayConnect, is_asked_about_the_very_address_each_time) {
  bool done = false;
  runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
  loop.run(asked_each_time(&done));
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace arint::http
