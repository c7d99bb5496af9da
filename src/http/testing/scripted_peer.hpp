// SPDX-License-Identifier: GPL-3.0-or-later
// A peer that does what a test's script says with each connection it gets, good manners or not.
#pragma once
#include <cerrno>
#include <functional>
#include <string>
#include <vector>

#include "http/codec/body/chunked.hpp"
#include "http/codec/parse/head_parser.hpp"
#include "runtime/runtime.hpp"

namespace arint::http::testing {

// One connection seen from the peer.
class Caller {
 public:
  explicit Caller(int fd) : socket_(fd) {}
  // The next request, head and body as they came, as one text; "" when the connection was closed or it is no request.
  runtime::Task<std::string> request() {
    for (;;) {
      const std::size_t size = complete();
      if (size == refused) co_return std::string();
      if (size > 0) {
        std::string out = in_.substr(0, size);
        in_.erase(0, size);
        co_return out;
      }
      char room[16384];
      runtime::IoResult got = co_await socket_.recv(std::span<char>(room));
      if (got.n <= 0) co_return std::string();
      in_.append(room, static_cast<std::size_t>(got.n));
    }
  }
  runtime::Task<void> send(std::string bytes) { static_cast<void>(co_await socket_.send_all(std::string_view(bytes))); }
  runtime::Socket& socket() { return socket_; }
  std::string& unread() { return in_; }

 private:
  static constexpr std::size_t refused = ~std::size_t{0};
  // Bytes of the request that in_ begins with; 0 when it is not complete.
  std::size_t complete() const {
    RequestParser parser{HeadLimits{}};
    RequestHead head;
    const Progress progress = in_.empty() ? Progress::need_more : parser.parse(in_, head);
    if (progress != Progress::done) return progress == Progress::refused ? refused : 0;
    if (head.framing != Framing::chunked) return in_.size() >= head.head_size + head.length ? head.head_size + head.length : 0;
    ChunkDecoder chunks;
    std::string_view input = std::string_view(in_).substr(head.head_size), data;
    ChunkEvent event;
    while ((event = chunks.next(input, data)) == ChunkEvent::data) continue;
    if (event != ChunkEvent::end) return event == ChunkEvent::refused ? refused : 0;
    return in_.size() - input.size();
  }

  runtime::Socket socket_;
  std::string in_{};
};

class ScriptedPeer {
 public:
  // `script` gets the connection and its number, from 0; the connection is closed when it ends.
  using Script = std::function<runtime::Task<void>(Caller&, int)>;
  explicit ScriptedPeer(Script script) : script_(std::move(script)), listener_(*runtime::Address::parse("127.0.0.1:0"), runtime::ReusePort::no) {
    tasks_.spawn(accept());
  }
  std::uint16_t port() const { return listener_.address().port(); }
  int connections() const { return connections_; }
  runtime::Task<void> close() {
    tasks_.cancel(ECANCELED);
    static_cast<void>(co_await tasks_.join());
  }

 private:
  runtime::Task<void> accept() {
    for (;;) {
      runtime::IoResult fd = co_await listener_.accept();
      if (!fd.ok()) co_return;
      tasks_.spawn(play(static_cast<int>(fd.n), connections_++));
    }
  }
  runtime::Task<void> play(int fd, int number) {
    Caller caller(fd);
    co_await script_(caller, number);
  }

  Script script_;
  runtime::Listener listener_;
  int connections_ = 0;
  runtime::TaskGroup tasks_{runtime::Siblings::go_on};
};

}  // namespace arint::http::testing
