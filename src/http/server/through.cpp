// SPDX-License-Identifier: GPL-3.0-or-later
// Answers that go through a filter (passing.hpp): the head first, then each piece of the body.
#include "http/server/connection.hpp"

namespace arint::http {

using runtime::Task;

namespace {

AnswerHead head_of(int status, std::span<const Field> fields, std::optional<std::uint64_t> length) {
  AnswerHead out;
  out.status = status;
  out.fields.assign(fields.begin(), fields.end());
  out.length = length;
  return out;
}

}  // namespace

Task<Result<void>> Connection::respond_through(Exchange& exchange, int status, std::span<const Field> fields, std::string_view body) {
  AnswerFilter& filter = *exchange.answer_filter();
  AnswerHead head = head_of(status, fields, body.size());
  filter.head(head);
  if (!filter.takes_body()) co_return co_await respond(exchange, head.status, head.fields, body);
  std::string whole;
  Result<std::string_view> piece = filter.data(body);
  if (piece) whole = *piece;
  if (piece) piece = filter.end();
  if (!piece) co_return piece.error();
  whole += *piece;
  co_return co_await respond(exchange, head.status, head.fields, whole);
}

Task<Result<void>> Connection::begin_through(Exchange& exchange, int status, std::span<const Field> fields, std::optional<std::uint64_t> length) {
  AnswerHead head = head_of(status, fields, length);
  exchange.answer_filter()->head(head);
  co_return co_await begin(exchange, head.status, head.fields, head.length);
}

Task<Result<void>> Connection::write_through(Exchange& exchange, std::string_view bytes) {
  Result<std::string_view> piece = exchange.answer_filter()->data(bytes);
  if (!piece) co_return piece.error();
  co_return co_await write(exchange, *piece);
}

Task<Result<void>> Connection::end_through(Exchange& exchange) {
  Result<std::string_view> piece = exchange.answer_filter()->end();
  if (!piece) co_return piece.error();
  if (!piece->empty()) {
    Result<void> written = co_await write(exchange, *piece);
    if (!written) co_return written;
  }
  co_return co_await end(exchange);
}

}  // namespace arint::http
