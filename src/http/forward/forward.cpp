// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/forward/forward.hpp"

#include "http/forward/forwarding.hpp"

namespace arint::http {

using runtime::Task;

Task<Result<void>> forward(Exchange& exchange, Upstream& upstream, const ForwardRules& rules, std::optional<std::uint64_t> key) {
  Forwarding forwarding(exchange, upstream, rules, key);
  co_return co_await forwarding.run();
}

Task<Result<void>> Forwarding::run() {
  ++pool_.counters.calls;
  const RequestHead& request = exchange_.head();
  if (request.framing == Framing::length && exchange_.over_limit(request.length))
    co_return co_await refuse(413, "The request's body is too long.", Fault::rejected);
  const Have have = look_at_body();
  if (have == Have::malformed) co_return co_await refuse(status_of(malformed_), sentence_of(malformed_), Fault::malformed);
  if (exchange_.over_limit(pieces_.bytes)) co_return co_await refuse(413, "The request's body is too long.", Fault::rejected);
  for (Fresh fresh = Fresh::no;; fresh = Fresh::yes) {
    Lease lease(pool_, key_);
    if (fresh == Fresh::yes || !lease.try_kept()) {
      Result<void> got = co_await lease.acquire(fresh);
      if (!got && lease.endpoint()) exchange_.answered_by(lease.endpoint()->text);
      if (!got) co_return co_await answer_fault(std::move(got.error()));
    }
    exchange_.answered_by(lease.endpoint()->text);
    if (have == Have::part) co_return co_await streamed(lease);
    bool again = false;
    Result<void> done = co_await whole(lease, again);
    if (!again || fresh == Fresh::yes) co_return done;
    ++pool_.counters.retried;
  }
}

// Whether the whole body has come with its head, and where it lies: then one system call passes on all of it. What has come
// of a chunked one is looked at before a byte goes up, so that a back end sees nothing of a request that is refused.
Forwarding::Have Forwarding::look_at_body() {
  pieces_.clear();
  pieces_.count = 1;  // the head's place
  if (caller_.body_ != Connection::Body::unread) return Have::all;
  std::string_view input = caller_.in_.unread(), data;
  if (exchange_.head().framing == Framing::length) {
    if (!caller_.body_in_buffer()) return Have::part;
    at_hand_ = static_cast<std::size_t>(caller_.body_left_);
    pieces_.add_slice(input.substr(0, at_hand_), false);
    return Have::all;
  }
  if (!caller_.continued_ && input.empty()) return Have::part;
  ChunkDecoder decoder(caller_.server_.options.chunks);
  const std::size_t before = input.size();
  ChunkEvent event = ChunkEvent::need_more;
  while ((event = decoder.next(input, data)) == ChunkEvent::data)
    if (pieces_.slices < most_slices) pieces_.add_slice(data, false);
  if (event == ChunkEvent::refused) {
    malformed_ = decoder.refusal();
    return Have::malformed;
  }
  if (event != ChunkEvent::end || decoder.trailers() || pieces_.bytes != decoder.data_bytes()) {
    pieces_.bytes = 0;
    return Have::part;
  }
  at_hand_ = before - input.size();
  return Have::all;
}

// Nothing was sent up, and the rest of the request is not worth reading.
Task<Result<void>> Forwarding::refuse(int status, std::string_view sentence, Fault fault) {
  exchange_.close_after();
  if (fault == Fault::malformed) {
    ++caller_.server_.counters.refused_requests;
    caller_.server_.handler->refused(exchange_.peer(), status, word_of(malformed_));
  }
  static_cast<void>(co_await exchange_.problem(status, sentence));
  co_return Error{fault, std::string(sentence), status};
}

// Before the answer has begun: a problem says what happened.
Task<Result<void>> Forwarding::answer_fault(Error error) {
  if (error.fault != Fault::cancelled && !exchange_.responded()) static_cast<void>(co_await exchange_.problem(error));
  co_return error;
}

Result<std::string_view> Forwarding::request_head(Link& link, const NextHop& hop) {
  // The link's input is empty until the answer comes: the head is written there.
  HeadWriter writer(link.input().data(), link.input().capacity());
  write_forwarded_request(writer, exchange_, pool_, rules_, hop);
  if (!writer.overflowed()) return writer.text();
  const HeadLimits& limits = caller_.server_.options.head;
  large_head_.resize(2u * (limits.line_bytes + limits.field_bytes) + 4096);
  HeadWriter larger(large_head_.data(), large_head_.size());
  write_forwarded_request(larger, exchange_, pool_, rules_, hop);
  if (!larger.overflowed()) return larger.text();
  return Error{Fault::bug, "The rules of a forward make the head too long."};
}

// The whole body is in the caller's buffer and has now been passed on.
void Forwarding::body_passed_on() noexcept {
  if (caller_.body_ != Connection::Body::unread) return;
  exchange_.received_ += pieces_.bytes;
  caller_.in_.use(at_hand_);
  caller_.body_left_ = 0;
  caller_.body_ = Connection::Body::complete;
}

// No body, or all of it at hand: head and body in one system call. `again`: a kept connection was dead, nothing is lost.
Task<Result<void>> Forwarding::whole(Lease& lease, bool& again) {
  Link& link = lease.link();
  NextHop hop;
  hop.length = pieces_.bytes;
  // Content-Length: 0 is said where it was said, or where a method leads one to expect content. RFC 9110, 8.6.
  const Method method = exchange_.method();
  if (exchange_.head().framing != Framing::none || method == Method::post || method == Method::put || method == Method::patch) hop.framing = Framing::length;
  Result<std::string_view> head = request_head(link, hop);
  if (!head) co_return co_await answer_fault(std::move(head.error()));
  pieces_.parts[0] = {const_cast<char*>(head->data()), head->size()};
  link.on_interim(note_interim, this);
  Result<void> answered = co_await link.send(pieces_.all());
  if (answered) answered = co_await link.read_head(method);
  if (!answered) {
    lease.spoil();
    again = link.reused() && link.cut() && !link.heard() && (idempotent(method) || answered.error().fault == Fault::unreachable);
    if (again && !caller_.context_->error()) co_return answered.error();
    again = false;
    lease.judge(answered.error().fault);
    body_passed_on();
    co_return co_await answer_fault(std::move(answered.error()));
  }
  lease.judge(link.head().status);
  body_passed_on();
  co_return co_await download(link);
}

// The body is still coming: it goes up while the answer comes down, each at its own pace.
Task<Result<void>> Forwarding::streamed(Lease& lease) {
  Link& link = lease.link();
  uploaded_ = false;
  NextHop hop;
  hop.framing = exchange_.head().framing;
  hop.length = exchange_.head().length;
  hop.expects_continue = !caller_.continued_;
  Result<std::string_view> head = request_head(link, hop);
  if (!head) co_return co_await answer_fault(std::move(head.error()));
  const iovec part{const_cast<char*>(head->data()), head->size()};
  link.on_interim(note_interim, this);
  Result<void> result = co_await link.send(std::span<const iovec>(&part, 1));
  bool answered = false;
  if (result && hop.expects_continue) {
    Result<bool> waited = co_await wait_for_continue(link);
    if (!waited) result = waited.error();
    else answered = *waited;
  }
  if (!result) {
    lease.spoil();
    co_return co_await answer_fault(std::move(result.error()));
  }
  runtime::TaskGroup group(*caller_.context_, runtime::Siblings::go_on);
  if (!answered) {
    group.spawn(upload(link));
    result = co_await link.read_head(exchange_.method());
  }
  if (result) lease.judge(link.head().status);
  else if (!caller_fault_) lease.judge(result.error().fault);
  if (result) result = co_await download(link);
  // An answer that is complete, or will never be, makes the rest of the request pointless.
  if (!uploaded_) {
    lease.spoil();
    exchange_.close_after();
    group.cancel(ECANCELED);
  }
  static_cast<void>(co_await group.join());
  if (!result) {
    lease.spoil();
    if (caller_fault_) result = *caller_fault_;
    if (!exchange_.responded()) co_return co_await answer_fault(std::move(result.error()));
  }
  co_return result;
}

}  // namespace arint::http
