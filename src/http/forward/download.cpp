// SPDX-License-Identifier: GPL-3.0-or-later
// The answer on its way down.
#include <charconv>

#include "base/text.hpp"
#include "http/forward/forwarding.hpp"

namespace arint::http {

using runtime::Task;

namespace {

constexpr std::size_t longest_head = 128 * 1024;

bool takes_trailers(const RequestHead& request) {
  for (std::string_view coding : split(request.fields.get(Name::te), ','))
    if (equals_ignoring_case(trim(coding), "trailers")) return true;
  return false;
}

}  // namespace

// RFC 9110, 15.2: a gateway passes interim answers on; those who speak HTTP/1.0 know none.
void Forwarding::note_interim(void* self, const ResponseHead& head) {
  Forwarding& forwarding = *static_cast<Forwarding*>(self);
  if (forwarding.exchange_.head().minor == 0) return;
  char room[4096];
  HeadWriter writer(room, sizeof room);
  writer.status_line(head.status);
  write_forwarded_fields(writer, head);
  writer.end();
  if (!writer.overflowed()) forwarding.interim_ += writer.text();
}

void Forwarding::write_response_head(HeadWriter& writer, const Link& link, Framing framing, bool close) {
  const ResponseHead& head = link.head();
  if (!interim_.empty()) writer.raw(interim_);
  writer.status_line(exchange_.status_);
  if (!head.fields.has(Name::date)) writer.field("Date", caller_.server_.date.text());
  if (!shaped_) write_forwarded_fields(writer, head);
  else
    for (const Field& field : shaped_->fields) writer.field(field.name, field.value);
  if (framing == Framing::chunked) writer.raw("Transfer-Encoding: chunked\r\n");
  else if (framing == Framing::length) writer.number_field("Content-Length", head.length);
  // A length without a body says what a GET would have brought: RFC 9110, 8.6. Not with 204, where it may not stand.
  else if (framing == Framing::none && head.status != 204 && head.fields.has(Name::content_length)) writer.field("Content-Length", head.fields.get(Name::content_length));
  if (close) writer.raw("Connection: close\r\n");
  else if (exchange_.head().minor == 0) writer.raw("Connection: keep-alive\r\n");
  char cid[32];
  exchange_.trace().cid.write_hex(cid);
  writer.field(correlation_header, {cid, sizeof cid});
  writer.end();
}

Result<std::string_view> Forwarding::response_head(Link& link, Framing framing, bool close) {
  HeadWriter writer(caller_.work_->out, sizeof caller_.work_->out);
  write_response_head(writer, link, framing, close);
  if (!writer.overflowed()) return writer.text();
  caller_.work_->large_out.resize(longest_head);
  HeadWriter larger(caller_.work_->large_out.data(), longest_head);
  write_response_head(larger, link, framing, close);
  if (!larger.overflowed()) return larger.text();
  return Error{Fault::malformed, "The head of the answer of " + pool_.name + " is too long."};
}

// What is at hand of the body, as many slices as fit. True when the body is complete with them.
Result<bool> Forwarding::gather(Link& link, Pieces& pieces) {
  while (pieces.slices < most_slices) {
    Result<std::string_view> slice = link.slice_at_hand();
    if (!slice) return slice.error();
    if (!slice->empty()) pieces.add_slice(*slice, down_ == Framing::chunked);
    if (link.body_done()) return true;
    if (slice->empty()) break;
  }
  return false;
}

// Half an answer is out: a reset tells the caller that it is one.
void Forwarding::break_off() noexcept {
  caller_.dead_ = true;
  caller_.stream_.reset();
}

// The head as the filter wants it; true: the filter wants the body too.
bool Forwarding::shape_answer(Link& link, AnswerFilter& filter) {
  const ResponseHead& head = link.head();
  shaped_.emplace();
  shaped_->status = head.status;
  if (head.framing == Framing::length) {
    shaped_->length = head.length;
  } else if (exchange_.method() == Method::head) {
    // What a GET would have brought; the parser has seen that it is a number.
    const std::string_view said = head.fields.get(Name::content_length);
    std::uint64_t length = 0;
    if (std::from_chars(said.data(), said.data() + said.size(), length).ptr != said.data()) shaped_->length = length;
  } else if (link.body_done()) {
    shaped_->length = 0;
  }
  collect_forwarded_fields(*shaped_, head);
  filter.head(*shaped_);
  return filter.takes_body();
}

Task<Result<void>> Forwarding::download(Link& link) {
  const ResponseHead& head = link.head();
  down_ = head.framing == Framing::until_close ? Framing::chunked : head.framing;
  if (down_ == Framing::chunked && exchange_.head().minor == 0) {
    down_ = Framing::until_close;
    exchange_.close_ = true;
  }
  if (!uploaded_ && head.status >= 400) exchange_.close_ = true;
  if (AnswerFilter* filter = exchange_.answer_filter(); filter && shape_answer(link, *filter)) co_return co_await download_through(link);
  exchange_.status_ = shaped_ ? shaped_->status : head.status;
  // While the body is on its way up, whether it will be read is not the question closes() asks.
  const bool close = uploaded_ ? caller_.closes(exchange_) : exchange_.close_ || caller_.last_ || exchange_.head().close || caller_.server_.turning_away();
  Result<std::string_view> text = response_head(link, down_, close);
  if (!text) {
    exchange_.status_ = 0;
    co_return co_await answer_fault(std::move(text.error()));
  }
  caller_.last_ = caller_.last_ || close;
  caller_.answer_ = Connection::Answer::streaming;
  Pieces& pieces = pieces_;
  pieces.clear();
  pieces.add(*text);
  Result<bool> complete = link.body_done() ? Result<bool>(true) : gather(link, pieces);
  for (bool first = true;; first = false) {
    if (!complete) {
      // Not even the head is out: the caller can still be told properly.
      if (first) {
        caller_.answer_ = Connection::Answer::none;
        exchange_.status_ = 0;
        co_return co_await answer_fault(std::move(complete.error()));
      }
      break_off();
      co_return complete.error();
    }
    const bool plain_end = *complete && down_ == Framing::chunked && !link.trailers();
    if (plain_end) pieces.add(last_chunk);
    if (pieces.count > 0) {
      Result<void> sent = co_await caller_.send(pieces.all());
      if (!sent) co_return sent.error();
      exchange_.sent_ += pieces.bytes;
    }
    if (*complete) {
      if (down_ == Framing::chunked && !plain_end) co_return co_await last_piece(link);
      caller_.answer_ = Connection::Answer::complete;
      co_return Result<void>();
    }
    pieces.clear();
    if (first) link.forget_head();
    if (link.input().empty()) {
      Result<std::string_view> slice = co_await link.next_slice();
      if (!slice) {
        break_off();
        co_return slice.error();
      }
      if (!slice->empty()) pieces.add_slice(*slice, down_ == Framing::chunked);
    }
    complete = link.body_done() ? Result<bool>(true) : gather(link, pieces);
  }
}

// Piece by piece, as the filter makes them. What a HEAD would have brought is known only when the filter left the length alone.
Task<Result<void>> Forwarding::download_through(Link& link) {
  if (!uploaded_ && link.head().status >= 400) exchange_.close_ = true;
  if (!interim_.empty()) {
    const iovec part{interim_.data(), interim_.size()};
    Result<void> sent = co_await caller_.send(std::span<const iovec>(&part, 1));
    if (!sent) co_return sent;
  }
  Result<void> done = co_await caller_.begin(exchange_, shaped_->status, shaped_->fields, shaped_->length);
  // The head's views end with the first byte of the body that is asked for; the caller's head is made by then.
  while (done && !link.body_done()) {
    Result<std::string_view> slice = co_await link.next_slice();
    if (!slice) {
      break_off();
      co_return slice.error();
    }
    if (!slice->empty()) done = co_await exchange_.write(*slice);
  }
  if (done) done = co_await exchange_.end();
  if (!done && caller_.answer_ == Connection::Answer::streaming) break_off();
  co_return done;
}

// The end of a chunked answer that has trailers.
Task<Result<void>> Forwarding::last_piece(Link& link) {
  std::string end = "0\r\n";
  if (takes_trailers(exchange_.head())) {
    const Fields& trailers = *link.trailers();
    for (std::size_t i = 0; i < trailers.count(); ++i) end += std::string(trailers.field(i).name) + ": " + std::string(trailers.field(i).value) + "\r\n";
  }
  end += "\r\n";
  const iovec part{end.data(), end.size()};
  Result<void> sent = co_await caller_.send(std::span<const iovec>(&part, 1));
  if (sent) caller_.answer_ = Connection::Answer::complete;
  co_return sent;
}

}  // namespace arint::http
