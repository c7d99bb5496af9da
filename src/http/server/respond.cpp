// SPDX-License-Identifier: GPL-3.0-or-later
// The answer: whole in one system call, or streamed.
#include <algorithm>
#include <charconv>
#include <cstring>

#include "http/server/connection.hpp"

namespace arint::http {

using runtime::Deadline;
using runtime::IoResult;
using runtime::Task;

namespace {

constexpr std::size_t longest_head = 64 * 1024;

bool has_no_body(int status) noexcept { return status < 200 || status == 204 || status == 304; }

// Written by the server alone.
bool reserved(Name id) noexcept {
  switch (id) {
    case Name::connection: case Name::content_length: case Name::date: case Name::keep_alive: case Name::trailer: case Name::transfer_encoding:
    case Name::upgrade: case Name::x_correlation_id: return true;
    default: return false;
  }
}

}  // namespace

Error Connection::usage_fault(const char* why) { return {Fault::bug, why}; }

bool Connection::closes(const Exchange& exchange) noexcept {
  if (last_ || exchange.close_ || head().close || body_ == Body::broken || server_.turning_away() ||
      served_ >= server_.options.requests_per_connection)
    return true;
  if (body_ != Body::unread) return false;
  // A body that will not be read, or may not come at all, ends the connection.
  return !continued_ || (head().framing == Framing::length && body_left_ > in_.size() + drained_bytes);
}

Task<Result<void>> Connection::send(std::span<const iovec> parts) {
  runtime::Context* context = co_await runtime::this_context();
  IoResult sent{0};
  {
    Deadline until(*context, server_.options.write_timeout);
    sent = co_await stream_.send_all(parts);
  }
  if (sent.ok()) co_return Result<void>();
  dead_ = true;
  co_return io_error(sent, "answering " + std::string(peer_.address()), Fault::unreachable);
}

bool Connection::write_head(HeadWriter& writer, const Exchange& exchange, std::span<const Field> fields, Framing framing,
                            std::uint64_t length, bool close, bool dated) {
  const int status = exchange.status_;
  writer.status_line(status);
  if (!dated) writer.field("Date", server_.date.text());
  for (const Field& field : fields) writer.field(field.name, field.value);
  if (framing == Framing::chunked) writer.raw("Transfer-Encoding: chunked\r\n");
  else if (framing == Framing::length) writer.number_field("Content-Length", length);
  if (close) writer.raw("Connection: close\r\n");
  else if (head().minor == 0) writer.raw("Connection: keep-alive\r\n");
  char cid[32];
  trace_.cid.write_hex(cid);
  writer.field(correlation_header, {cid, sizeof cid});
  writer.end();
  return !writer.overflowed();
}

// The head as text, in the workspace. Marks the response as begun.
Result<std::string_view> Connection::make_head(Exchange& exchange, int status, std::span<const Field> fields, Framing framing, std::uint64_t length) {
  if (answer_ != Answer::none) return usage_fault("A second response was begun in one exchange.");
  if (status < 200 || status > 599) return usage_fault("A final response needs a status from 200 to 599.");
  bool dated = false;
  for (const Field& field : fields) {
    if (!valid_field(field)) return usage_fault("A response field has a malformed name or value.");
    const Name name = name_of(field.name);
    // What passes through keeps the Date it was given: RFC 9110, 6.6.1.
    if (name == Name::date && exchange.passing_) dated = true;
    else if (reserved(name)) return usage_fault("A response field was given that the server writes itself.");
  }
  exchange.status_ = status;
  const bool close = closes(exchange);
  last_ = last_ || close;
  HeadWriter writer(work_->out, sizeof work_->out);
  if (write_head(writer, exchange, fields, framing, length, close, dated)) return writer.text();
  work_->large_out.resize(longest_head);
  HeadWriter larger(work_->large_out.data(), longest_head);
  if (write_head(larger, exchange, fields, framing, length, close, dated)) return larger.text();
  exchange.status_ = 0;
  return usage_fault("The response's head is longer than 64 KiB.");
}

Task<Result<void>> Connection::respond(Exchange& exchange, int status, std::span<const Field> fields, std::string_view body) {
  const bool bodiless = has_no_body(status);
  Result<std::string_view> head_text = make_head(exchange, status, fields, bodiless ? Framing::none : Framing::length, body.size());
  if (!head_text) co_return head_text.error();
  answer_ = Answer::complete;
  iovec parts[2] = {{const_cast<char*>(head_text->data()), head_text->size()}, {const_cast<char*>(body.data()), body.size()}};
  const bool with_body = !bodiless && head().method != Method::head && !body.empty();
  std::size_t count = with_body ? 2 : 1;
  if (with_body) exchange.sent_ += body.size();
  if (with_body && head_text->data() == work_->out && body.size() <= sizeof work_->out - head_text->size()) {
    // One piece costs the kernel less than two.
    std::memcpy(work_->out + head_text->size(), body.data(), body.size());
    parts[0].iov_len += body.size();
    count = 1;
  }
  co_return co_await send(std::span<const iovec>(parts, count));
}

Task<Result<void>> Connection::problem(Exchange& exchange, int status, std::string_view detail, std::span<const Field> fields) {
  ProblemDetails details;
  details.status = status;
  details.detail = detail;
  const std::string body = problem_json(details, trace_.cid);
  constexpr std::size_t most = 16;
  Field all[most] = {{"Content-Type", problem_media_type}};
  const std::size_t given = std::min(fields.size(), most - 1);
  std::copy_n(fields.begin(), given, all + 1);
  co_return co_await exchange.respond(status, std::span<const Field>(all, given + 1), std::string_view(body));
}

Task<Result<void>> Connection::problem(Exchange& exchange, const Error& error) {
  if (body_status_) co_return co_await problem(exchange, body_status_, body_sentence_, std::span<const Field>());
  char digits[20];
  Field retry[] = {{"Retry-After", {}}};
  std::size_t count = 0;
  const int status = status_of(error.fault);
  if (status == 503) {
    // Whole seconds, rounded up; a peer that asked for none is given a moment.
    const long long seconds = std::max<long long>(1, (error.retry_after.count() + 999) / 1000);
    retry[0].value = {digits, static_cast<std::size_t>(std::to_chars(digits, digits + sizeof digits, seconds).ptr - digits)};
    count = 1;
  }
  co_return co_await problem(exchange, status, sentence_of(error.fault), std::span<const Field>(retry, count));
}

Task<Result<void>> Connection::begin(Exchange& exchange, int status, std::span<const Field> fields, std::optional<std::uint64_t> length) {
  Framing framing = length ? Framing::length : Framing::chunked;
  if (framing == Framing::chunked && head().minor == 0) {
    framing = Framing::until_close;
    exchange.close_ = true;
  }
  if (has_no_body(status)) framing = Framing::none;
  Result<std::string_view> head_text = make_head(exchange, status, fields, framing, length.value_or(0));
  if (!head_text) co_return head_text.error();
  answer_ = Answer::streaming;
  answer_framing_ = head().method == Method::head ? Framing::none : framing;
  answer_left_ = length.value_or(0);
  pending_head_ = *head_text;
  co_return Result<void>();
}

Task<Result<void>> Connection::write(Exchange& exchange, std::string_view bytes) {
  if (answer_ != Answer::streaming) co_return usage_fault("Bytes were written outside a streamed response.");
  if (bytes.empty() || answer_framing_ == Framing::none) co_return Result<void>();
  if (answer_framing_ == Framing::length) {
    if (bytes.size() > answer_left_) co_return usage_fault("More bytes were written than the response's length says.");
    answer_left_ -= bytes.size();
  }
  char size[18];
  iovec parts[4];
  std::size_t count = 0;
  if (!pending_head_.empty()) parts[count++] = {const_cast<char*>(pending_head_.data()), pending_head_.size()};
  if (answer_framing_ == Framing::chunked) parts[count++] = {size, write_chunk_size(size, bytes.size())};
  parts[count++] = {const_cast<char*>(bytes.data()), bytes.size()};
  if (answer_framing_ == Framing::chunked) parts[count++] = {const_cast<char*>("\r\n"), 2};
  pending_head_ = {};
  Result<void> sent = co_await send(std::span<const iovec>(parts, count));
  if (sent) exchange.sent_ += bytes.size();
  co_return sent;
}

Task<Result<void>> Connection::end(Exchange&) {
  if (answer_ != Answer::streaming) co_return usage_fault("A streamed response was ended that had not begun.");
  if (answer_framing_ == Framing::length && answer_left_ > 0) {
    dead_ = true;
    stream_.reset();
    co_return usage_fault("A streamed response was ended before its length was reached.");
  }
  answer_ = Answer::complete;
  iovec parts[2];
  std::size_t count = 0;
  if (!pending_head_.empty()) parts[count++] = {const_cast<char*>(pending_head_.data()), pending_head_.size()};
  if (answer_framing_ == Framing::chunked) parts[count++] = {const_cast<char*>(last_chunk.data()), last_chunk.size()};
  pending_head_ = {};
  if (count == 0) co_return Result<void>();
  co_return co_await send(std::span<const iovec>(parts, count));
}

}  // namespace arint::http
