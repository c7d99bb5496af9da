// SPDX-License-Identifier: GPL-3.0-or-later
// A message by hand or from a test, as a request over one end of a socket pair: it meets all that one from outside meets, but for TLS.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.hpp"
#include "connectors/http/in/channel_options.hpp"
#include "connectors/http/in/listener.hpp"
#include "http/codec/body/chunked.hpp"
#include "http/codec/parse/head_parser.hpp"
#include "http/codec/writer.hpp"

namespace arint::connectors::http {
namespace {

using arint::http::Progress;

constexpr std::size_t most_answer_bytes = 64u << 20;

Result<std::string> request_of(const channel::Channel& channel, const channel::Submitted& message) {
  const ChannelOptions& options = channel.options().kind.as<ChannelOptions>();
  std::string method = message.method, path = message.path;
  if (method.empty()) {
    const bool posts = !message.body.empty() && std::find(options.methods.begin(), options.methods.end(), "POST") != options.methods.end();
    method = posts ? "POST" : options.methods.front();
  }
  if (path.empty()) {
    path = options.path;
    if (path.find('{') != std::string::npos) return Error{Fault::rejected, "channel " + channel.name() + " serves " + path + ": say which `path` is meant"};
  }
  if (path.front() != '/' || path.find_first_of(" \r\n") != std::string::npos) return Error{Fault::rejected, arint::quoted(path) + " is no path of a request"};
  std::string out = method + " " + path + (message.query.empty() ? "" : "?" + message.query) + " HTTP/1.1\r\nHost: arint\r\n";
  bool typed = false;
  for (const auto& [name, value] : message.headers) {
    if (!arint::http::valid_field({name, value})) return Error{Fault::rejected, "header " + arint::quoted(name) + " is none of HTTP"};
    typed |= equals_ignoring_case(name, "content-type");
    out += name + ": " + value + "\r\n";
  }
  if (!message.body.empty()) {
    if (!typed) out += "Content-Type: " + (message.content_type.empty() ? channel.formats().front()->content_type() : message.content_type) + "\r\n";
    out += "Content-Length: " + std::to_string(message.body.size()) + "\r\n";
  }
  return out + "Connection: close\r\n\r\n" + message.body;
}

// Everything up to the end of the connection: one answer, which closes it.
runtime::Task<Result<std::string>> exchange_bytes(runtime::Socket& socket, const std::string& request) {
  // The answer may come, and the other end close, before a long body is taken.
  runtime::IoResult sent = co_await socket.send_all(std::string_view(request));
  std::string all;
  char room[16384];
  for (;;) {
    runtime::IoResult got = co_await socket.recv(std::span<char>(room));
    if (got.n > 0) all.append(room, static_cast<std::size_t>(got.n));
    if (all.size() > most_answer_bytes) co_return Error{Fault::rejected, "the answer is longer than 64MiB"};
    if (got.n > 0) continue;
    if (!all.empty()) co_return all;
    const int error = got.n < 0 ? got.error() : !sent.ok() ? sent.error() : ECONNRESET;
    if (error == ETIMEDOUT || error == ECANCELED) co_return Error{error == ETIMEDOUT ? Fault::timeout : Fault::cancelled, "the channel did not answer"};
    co_return Error{Fault::unreachable, std::string("the channel closed the connection without an answer: ") + std::strerror(error)};
  }
}

Result<channel::Told> told_of(std::string_view bytes, arint::http::Method to) {
  arint::http::ResponseHead head;
  for (;;) {
    arint::http::ResponseParser parser{arint::http::HeadLimits{}};
    if (parser.parse(bytes, to, head) != Progress::done) return Error{Fault::malformed, "the channel's answer is not HTTP"};
    if (head.status >= 200) break;
    bytes.remove_prefix(head.head_size);
  }
  channel::Told out;
  out.status = head.status;
  for (std::size_t i = 0; i < head.fields.count(); ++i) {
    const arint::http::Field field = head.fields.field(i);
    out.headers.emplace_back(field.name, field.value);
  }
  bytes.remove_prefix(head.head_size);
  if (head.framing != arint::http::Framing::chunked) {
    out.body = bytes;
    return out;
  }
  arint::http::ChunkDecoder chunks;
  std::string_view data;
  arint::http::ChunkEvent event;
  while ((event = chunks.next(bytes, data)) == arint::http::ChunkEvent::data) out.body += data;
  if (event != arint::http::ChunkEvent::end) return Error{Fault::malformed, "the channel's answer was cut"};
  return out;
}

}  // namespace

runtime::Task<Result<channel::Told>> Listener::submit(channel::Channel& channel, const channel::Submitted& message) {
  Result<std::string> request = request_of(channel, message);
  if (!request) co_return request.error();
  if (!server_) co_return Error{Fault::unreachable, "channel " + channel.name() + " is closing"};
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
    co_return Error{Fault::busy, std::string("no descriptors for another connection: ") + std::strerror(errno)};
  runtime::Socket socket(ends[0]);
  server_->take(ends[1]);
  Result<std::string> answer = co_await exchange_bytes(socket, *request);
  if (!answer) co_return answer.error();
  co_return told_of(*answer, arint::http::method_of(std::string_view(*request).substr(0, request->find(' '))));
}

}  // namespace arint::connectors::http
