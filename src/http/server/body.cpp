// SPDX-License-Identifier: GPL-3.0-or-later
// The request's body: by length or chunked, at the handler's pace, within time and rate.
#include <algorithm>
#include <cerrno>
#include <cstring>

#include "http/server/connection.hpp"

namespace arint::http {

using runtime::Deadline;
using runtime::IoResult;
using runtime::Task;

namespace {

constexpr std::uint64_t rate_grace_ns = 5'000'000'000;  // nobody is judged by his first seconds
constexpr std::size_t first_reservation = 1024 * 1024;  // what a Content-Length alone makes us set aside

}  // namespace

Error Connection::body_fault(Fault fault, int status, std::string sentence) {
  if (body_ == Body::unread) body_ = Body::broken;
  body_status_ = status;
  return {fault, std::move(sentence), status};
}

Error Connection::receive_fault(IoResult got) {
  if (got.n == 0) {
    body_sentence_ = "The request's body is shorter than announced.";
    return body_fault(Fault::malformed, 400, std::string(body_sentence_));
  }
  if (got.error() == ETIMEDOUT) {
    ++server_.counters.timeouts;
    body_sentence_ = "The request's body came too slowly.";
    return body_fault(Fault::timeout, 408, std::string(body_sentence_));
  }
  Error out = io_error(got, "reading the request's body from " + std::string(peer_.address()), Fault::malformed);
  body_ = Body::broken;
  dead_ = true;
  return out;
}

// Waits for bytes of the body: at most body_timeout at a time, and not below the least rate over all of it.
Task<IoResult> Connection::receive(std::span<char> into) {
  const std::uint64_t now = runtime::Loop::current().coarse_now_ns();
  if (!body_began_ns_) body_began_ns_ = now;
  // Not context_: an upload beside the answer runs in a context of its own.
  runtime::Context* context = co_await runtime::this_context();
  IoResult got{0};
  {
    Deadline until(*context, server_.options.body_timeout);
    got = co_await stream_.recv(into);
  }
  if (got.n <= 0 || !server_.options.least_rate) co_return got;
  const std::uint64_t waited = runtime::Loop::current().coarse_now_ns() - body_began_ns_;
  if (waited > rate_grace_ns) {
    const std::uint64_t read = head().framing == Framing::length ? head().length - body_left_ : work_->chunks.data_bytes();
    if (read + static_cast<std::uint64_t>(got.n) < waited / 1'000'000'000 * server_.options.least_rate) co_return IoResult{-ETIMEDOUT};
  }
  co_return got;
}

Task<Result<void>> Connection::say_continue() {
  continued_ = true;
  if (!in_.empty()) co_return Result<void>();  // it did not wait for us
  constexpr std::string_view interim = "HTTP/1.1 100 Continue\r\n\r\n";
  const iovec part{const_cast<char*>(interim.data()), interim.size()};
  co_return co_await send(std::span<const iovec>(&part, 1));
}

// The next bytes of the body, at most `most`, where they lie in the buffer; "" at the end. Good until the next call.
Task<Result<std::string_view>> Connection::next_slice(Exchange& exchange, std::size_t most) {
  if (body_ == Body::none || body_ == Body::complete) co_return std::string_view();
  if (body_ == Body::broken) co_return body_fault(Fault::malformed, body_status_ ? body_status_ : 400, "The request's body was lost before.");
  if (!continued_) {
    Result<void> said = co_await say_continue();
    if (!said) co_return said.error();
  }
  const std::uint32_t body_begin = begin_ + head().head_size;
  for (;;) {
    if (!in_.empty()) {
      std::string_view input = in_.unread().substr(0, most), data;
      if (head().framing == Framing::length) {
        data = input.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(input.size(), body_left_)));
        in_.use(data.size());
        body_left_ -= data.size();
        exchange.received_ += data.size();
        if (!body_left_) body_ = Body::complete;
        co_return data;
      }
      const std::size_t before = input.size();
      const ChunkEvent event = work_->chunks.next(input, data);
      in_.use(before - input.size());
      if (event == ChunkEvent::data) {
        exchange.received_ += data.size();
        co_return data;
      }
      if (event == ChunkEvent::end) {
        body_ = Body::complete;
        co_return std::string_view();
      }
      if (event == ChunkEvent::refused) {
        const Refusal why = work_->chunks.refusal();
        ++server_.counters.refused_requests;
        server_.handler->refused(peer_, status_of(why), word_of(why));
        body_sentence_ = sentence_of(why);
        co_return body_fault(Fault::malformed, status_of(why), std::string(body_sentence_));
      }
      continue;
    }
    in_.restart(body_begin);
    IoResult got = co_await receive(in_.room());
    if (got.n <= 0) co_return receive_fault(got);
    in_.received(got.n);
  }
}

Task<Result<std::size_t>> Connection::read(Exchange& exchange, std::span<char> to) {
  // Straight into the caller's memory when nothing is buffered and the length is known.
  if (body_ == Body::unread && continued_ && in_.empty() && head().framing == Framing::length) {
    IoResult got = co_await receive(to.first(static_cast<std::size_t>(std::min<std::uint64_t>(to.size(), body_left_))));
    if (got.n <= 0) co_return receive_fault(got);
    body_left_ -= static_cast<std::uint64_t>(got.n);
    exchange.received_ += static_cast<std::uint64_t>(got.n);
    if (!body_left_) body_ = Body::complete;
    co_return static_cast<std::size_t>(got.n);
  }
  Result<std::string_view> slice = co_await next_slice(exchange, to.size());
  if (!slice) co_return slice.error();
  if (!slice->empty()) std::memcpy(to.data(), slice->data(), slice->size());
  co_return slice->size();
}

Task<Result<std::string_view>> Connection::read_all(Exchange& exchange, std::uint64_t limit) {
  if (body_ == Body::none || body_ == Body::complete) co_return std::string_view();
  const bool by_length = head().framing == Framing::length;
  if (by_length && head().length > limit) {
    body_status_ = 413;
    body_sentence_ = "The request's body is too long.";
    exchange.close_ = exchange.close_ || body_left_ > in_.size() + drained_bytes;
    co_return Error{Fault::rejected, "The request's body has " + std::to_string(head().length) + " bytes; " + std::to_string(limit) + " are allowed.", 413};
  }
  // Whole in the buffer, or fits there: no copy.
  if (by_length && body_ == Body::unread && body_left_ <= in_.capacity() - in_.at()) {
    if (!continued_) {
      Result<void> said = co_await say_continue();
      if (!said) co_return said.error();
    }
    while (in_.size() < body_left_) {
      IoResult got = co_await receive(in_.room());
      if (got.n <= 0) co_return receive_fault(got);
      in_.received(got.n);
    }
    std::string_view whole = in_.unread().substr(0, static_cast<std::size_t>(body_left_));
    in_.use(whole.size());
    exchange.received_ += body_left_;
    body_left_ = 0;
    body_ = Body::complete;
    co_return whole;
  }
  co_return co_await collect(exchange, limit);
}

Task<Result<std::string_view>> Connection::collect(Exchange& exchange, std::uint64_t limit) {
  std::string& body = work_->body;
  body.clear();
  if (head().framing == Framing::length) body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, first_reservation)));
  for (;;) {
    if (head().framing == Framing::length && in_.empty() && body_left_ > in_.capacity() && continued_) {
      // Long bodies come straight to where they stay.
      const std::size_t before = body.size();
      const std::size_t piece = static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, std::max<std::size_t>(before, 64 * 1024)));
      body.resize(before + piece);
      Result<std::size_t> got = co_await read(exchange, std::span<char>(body.data() + before, piece));
      if (!got) co_return got.error();
      body.resize(before + *got);
      continue;
    }
    Result<std::string_view> slice = co_await next_slice(exchange, in_.capacity());
    if (!slice) co_return slice.error();
    if (slice->empty()) co_return std::string_view(body);
    if (body.size() + slice->size() > limit) {
      body_sentence_ = "The request's body is too long.";
      co_return body_fault(Fault::rejected, 413, "The request's body is longer than the " + std::to_string(limit) + " bytes allowed.");
    }
    body += *slice;
  }
}

// After the answer: what is left of a body nobody read. False: closing is cheaper than reading it.
Task<bool> Connection::finish_body() {
  if (!continued_) {
    lingers_ = true;
    co_return false;  // it may send the body or not: the next bytes could be either
  }
  Exchange ignored(*this);
  for (std::uint64_t thrown_away = 0; thrown_away <= drained_bytes;) {
    Result<std::string_view> slice = co_await next_slice(ignored, in_.capacity());
    if (!slice) break;
    if (body_ == Body::complete) co_return true;
    thrown_away += slice->size();
  }
  lingers_ = !dead_;
  co_return false;
}

}  // namespace arint::http
