// SPDX-License-Identifier: GPL-3.0-or-later
// Talk: the other side of a server under test, byte by byte as the test says. For tests and the conformance runner only.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "http/codec/body/chunked.hpp"
#include "http/codec/parse/head_parser.hpp"
#include "runtime/runtime.hpp"

namespace arint::http::testing {

struct Answer {
  int status = 0;           // 0: the connection was closed; -1: nothing came in time; -2: not HTTP
  std::string head{};       // with its lines
  std::string body{};
  bool close = false;       // says Connection: close
  std::string get(std::string_view name) const {  // "" when absent
    std::string wanted = "\r\n" + std::string(name) + ": ";
    std::size_t at = head.find(wanted);
    if (at == std::string::npos) return "";
    at += wanted.size();
    return head.substr(at, head.find("\r\n", at) - at);
  }
};

class Talk {
 public:
  runtime::Task<bool> connect(std::uint16_t port) {
    std::optional<runtime::Address> to = runtime::Address::parse("127.0.0.1:" + std::to_string(port));
    runtime::IoResult done = co_await runtime::Socket::connect(socket_, *to);
    co_return done.ok();
  }
  runtime::Task<bool> send(std::string bytes) {
    runtime::IoResult sent = co_await socket_.send_all(std::string_view(bytes));
    co_return sent.ok();
  }
  // The next response, interim ones included; within `limit`.
  runtime::Task<Answer> answer(Method to = Method::get, Millis limit = Millis(5000)) {
    Answer out;
    ResponseParser parser{HeadLimits{}};
    ResponseHead head;
    runtime::Deadline until(*co_await runtime::this_context(), limit);
    for (;;) {
      Progress progress = in_.empty() ? Progress::need_more : parser.parse(in_, to, head);
      if (progress == Progress::refused) {
        out.status = -2;
        co_return out;
      }
      if (progress == Progress::done) break;
      runtime::IoResult got = co_await more();
      if (got.n <= 0) {
        out.status = until.fired() ? -1 : 0;
        co_return out;
      }
    }
    out.status = head.status;
    out.head = in_.substr(0, head.head_size);
    out.close = head.close;
    in_.erase(0, head.head_size);
    co_await read_body(head, out);
    co_return out;
  }
  // True when the server closes, or has closed, without another byte.
  runtime::Task<bool> closed(Millis limit = Millis(5000)) {
    runtime::Deadline until(*co_await runtime::this_context(), limit);
    if (!in_.empty()) co_return false;
    runtime::IoResult got = co_await more();
    co_return got.n <= 0 && !until.fired();
  }
  std::string& unread() { return in_; }
  runtime::Socket& socket() { return socket_; }

 private:
  runtime::Task<runtime::IoResult> more() {
    char room[16384];
    runtime::IoResult got = co_await socket_.recv(std::span<char>(room));
    if (got.n > 0) in_.append(room, static_cast<std::size_t>(got.n));
    co_return got;
  }
  runtime::Task<void> read_body(const ResponseHead& head, Answer& out) {
    ChunkDecoder chunks;
    for (;;) {
      if (head.framing == Framing::none) co_return;
      if (head.framing == Framing::length && in_.size() >= head.length) {
        out.body = in_.substr(0, head.length);
        in_.erase(0, head.length);
        co_return;
      }
      if (head.framing == Framing::chunked) {
        std::string_view input = in_, data;
        ChunkEvent event;
        while ((event = chunks.next(input, data)) == ChunkEvent::data) out.body += data;
        in_.erase(0, in_.size() - input.size());
        if (event != ChunkEvent::need_more) co_return;
      }
      if (head.framing == Framing::until_close) {
        out.body += in_;
        in_.clear();
      }
      runtime::IoResult got = co_await more();
      if (got.n <= 0) {
        if (head.framing != Framing::until_close) out.status = -2;
        co_return;
      }
    }
  }

  runtime::Socket socket_{};
  std::string in_{};
};

}  // namespace arint::http::testing
