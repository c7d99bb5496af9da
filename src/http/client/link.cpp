// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/client/link.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace arint::http {

using runtime::Deadline;
using runtime::IoResult;
using runtime::Task;

namespace {

constexpr int most_interim = 16;
// What the kernel takes whole or not at all: the send buffer of an idle connection is many times larger.
constexpr std::size_t surely_whole = 4 * 1024;
constexpr std::uint32_t body_room = 4 * 1024;

// The longest head allowed and some of a body.
std::uint32_t most_bytes(const HeadLimits& limits) noexcept { return limits.line_bytes + limits.field_bytes + 2 * body_room; }

}  // namespace

bool Link::start() noexcept {
  heard_ = false;
  held_ = {};
  body_done_ = false;
  interim_ = nullptr;
  return in_.leased() || in_.lease();
}

Error Link::malformed(std::string_view why) {
  broken_ = true;
  return {Fault::malformed, std::string(name_) + " answered with something that is not HTTP: " + std::string(why)};
}

Error Link::break_off(IoResult got, std::string_view doing) {
  broken_ = true;
  const std::string name(name_), what(doing);
  if (got.error() == ECANCELED) return {Fault::cancelled, "Stopped while " + what + " (" + name + ")."};
  if (got.error() == ETIMEDOUT) return {Fault::timeout, name + " took too long while " + what + "; whether it did the work is unknown."};
  // RFC 8446, 4.4.2.4 and 6.2: in TLS 1.3 we have finished when the peer looks at our certificate; its alert then comes in
  // the place of an answer, and it has read no request.
  if (got.error() == EPROTO && !heard_ && !reused_ && stream_.tls()->reason().find("alert") != std::string::npos)
    return {Fault::refused, name + " refused the TLS connection: " + stream_.tls()->reason() + "."};
  cut_ = true;
  return {Fault::timeout, name + " cut the connection while " + what + "; whether it did the work is unknown."};
}

Task<Result<void>> Link::send(std::span<const iovec> parts) {
  IoResult sent = co_await stream_.send_all(parts);
  if (sent.ok()) co_return Result<void>();
  if (stream_.secure() && (sent.error() == ECONNRESET || sent.error() == EPIPE)) {
    // Why it closed may be here already.
    IoResult told = co_await stream_.recv(in_.room());
    if (told.error() == EPROTO) sent = told;
  }
  Error fault = break_off(sent, "the request was being sent");
  std::size_t total = 0;
  for (const iovec& part : parts) total += part.iov_len;
  if (cut_ && total <= surely_whole && !stream_.secure()) {
    fault.fault = Fault::unreachable;
    fault.sentence = "The connection to " + std::string(name_) + " was closed before the request was sent: " + std::strerror(sent.error()) + ".";
  }
  co_return fault;
}

// The head is complete and nobody has a view of it yet. False: no memory for what follows.
bool Link::begin_body() {
  body_left_ = head_.length;
  body_done_ = head_.framing == Framing::none || (head_.framing == Framing::length && head_.length == 0);
  if (head_.framing == Framing::chunked) chunks_.reset();
  body_at_ = in_.at();
  const bool all_here = body_done_ || (head_.framing == Framing::length && head_.length <= in_.size());
  if (all_here || in_.capacity() - body_at_ >= body_room) return true;
  in_.move_to_front(body_at_ - head_.head_size);
  body_at_ = in_.at();
  if (in_.capacity() - body_at_ < body_room && !in_.grow(most_bytes(options_.head))) return false;
  head_.fields.rebase(in_.data());
  return true;
}

Task<Result<void>> Link::read_head(Method to, bool wants_continue) {
  runtime::Context* context = co_await runtime::this_context();
  Deadline until(*context, options_.first_byte_timeout);
  parser_.reset();
  if (in_.empty()) in_.restart(0);
  for (int interim = 0;;) {
    if (!in_.empty()) {
      const Progress progress = parser_.parse(in_.unread(), to, head_);
      if (progress == Progress::refused) co_return malformed(sentence_of(parser_.refusal()));
      if (progress == Progress::done) {
        in_.use(head_.head_size);
        if (head_.status >= 200) break;
        if (head_.status == 101) co_return malformed("It switched protocols without being asked.");
        if (++interim > most_interim) co_return malformed("It sent too many interim answers.");
        if (head_.status == 100 && wants_continue) co_return Result<void>();
        if (head_.status != 100 && interim_) interim_(interim_self_, head_);
        parser_.reset();
        continue;
      }
    }
    if (in_.room().empty()) {
      if (in_.at() > 0) in_.move_to_front(in_.at());
      else if (!in_.grow(most_bytes(options_.head))) co_return malformed("Its head is too long.");
    }
    IoResult got = co_await stream_.recv(in_.room());
    if (got.n <= 0) co_return break_off(got, "its answer was waited for");
    heard_ = true;
    in_.received(got.n);
  }
  if (!begin_body()) co_return malformed("Its head is too long.");
  co_return Result<void>();
}

void Link::forget_head() noexcept {
  constexpr std::uint64_t long_body = 64 * 1024;
  body_at_ = 0;
  if (!body_done_ && in_.empty() && (head_.framing != Framing::length || body_left_ > long_body)) in_.enlarge();
}

// What the input holds of the body, taken off it.
Result<std::string_view> Link::slice_at_hand() {
  if (body_done_ || in_.empty()) return std::string_view();
  std::string_view input = in_.unread(), data;
  if (head_.framing == Framing::until_close) {
    in_.use(input.size());
    return input;
  }
  if (head_.framing == Framing::length) {
    data = input.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(input.size(), body_left_)));
    in_.use(data.size());
    body_left_ -= data.size();
    body_done_ = body_left_ == 0;
    return data;
  }
  const ChunkEvent event = chunks_.next(input, data);
  in_.use(in_.size() - input.size());
  if (event == ChunkEvent::refused) return malformed(sentence_of(chunks_.refusal()));
  if (event == ChunkEvent::end) body_done_ = true;
  return event == ChunkEvent::data ? data : std::string_view();
}

Task<Result<std::string_view>> Link::next_slice() {
  runtime::Context* context = co_await runtime::this_context();
  for (;;) {
    Result<std::string_view> slice = slice_at_hand();
    if (!slice || !slice->empty() || body_done_) co_return slice;
    in_.restart(body_at_);
    IoResult got{0};
    {
      Deadline until(*context, options_.body_timeout);
      got = co_await stream_.recv(in_.room());
    }
    if (got.n == 0 && head_.framing == Framing::until_close) {
      body_done_ = true;
      co_return std::string_view();
    }
    if (got.n <= 0) co_return break_off(got, "its answer was being read");
    in_.received(got.n);
  }
}

Task<Result<std::size_t>> Link::read(std::span<char> to) {
  // Straight into the caller's memory when nothing is buffered and the bytes need no decoding.
  if (held_.empty() && !body_done_ && in_.empty() && head_.framing != Framing::chunked) {
    const bool by_length = head_.framing == Framing::length;
    runtime::Context* context = co_await runtime::this_context();
    IoResult got{0};
    {
      Deadline until(*context, options_.body_timeout);
      got = co_await stream_.recv(by_length ? to.first(static_cast<std::size_t>(std::min<std::uint64_t>(to.size(), body_left_))) : to);
    }
    if (got.n < 0 || (got.n == 0 && by_length)) co_return break_off(got, "its answer was being read");
    if (by_length) body_left_ -= static_cast<std::uint64_t>(got.n);
    body_done_ = by_length ? body_left_ == 0 : got.n == 0;
    co_return static_cast<std::size_t>(got.n);
  }
  if (held_.empty()) {
    Result<std::string_view> slice = co_await next_slice();
    if (!slice) co_return slice.error();
    held_ = *slice;
  }
  const std::size_t taken = std::min(held_.size(), to.size());
  if (taken) std::memcpy(to.data(), held_.data(), taken);
  held_.remove_prefix(taken);
  co_return taken;
}

}  // namespace arint::http
