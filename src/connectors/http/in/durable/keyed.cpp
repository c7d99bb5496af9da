// SPDX-License-Identifier: GPL-3.0-or-later
// The idempotent receiver of channels that are not durable: a caller's key is claimed before the service runs, and its answer is kept
// before he gets it. draft-ietf-httpapi-idempotency-key-header.
#include "connectors/http/in/answer.hpp"
#include "connectors/http/in/listener.hpp"
#include "connectors/http/in/negotiate.hpp"
#include "connectors/http/in/request.hpp"
#include "runtime/time/wall.hpp"

namespace arint::connectors::http {
namespace {

using arint::http::Exchange;
using arint::http::Field;

// Longer than the service may take: a claim that is still there then was left by a crash.
constexpr Millis claim_margin{10'000};

using runtime::wall_ms;

// What makes a request the same as another one with its key.
Digest fingerprint(const message::Message& message, std::string_view body) {
  std::string all;
  for (std::string_view part : {message.method, message.target, message.query, body}) {
    all += std::to_string(part.size());
    all += ':';
    all += part;
  }
  return sha256(all);
}

runtime::Task<Result<void>> respond(Exchange& exchange, const delivery::Answer& answer) {
  std::vector<Field> fields;
  for (const auto& [name, value] : answer.fields) fields.push_back({name, value});
  Result<void> done = co_await exchange.respond(answer.status, fields, answer.body);
  co_return done;
}

runtime::Task<Result<void>> came_before(Exchange& exchange, store::Store& store, const store::ClaimKey& claim, const store::KeyFound& found) {
  if (found.as == store::KeyFound::As::answered) {
    Result<std::string> kept = co_await store.answer_of(claim.key);
    delivery::Answer answer;
    if (kept && delivery::read_answer(*kept, answer)) {
      Result<void> sent = co_await respond(exchange, answer);
      co_return sent;
    }
    const Error unread{Fault::busy, "the answer kept for an Idempotency-Key cannot be read" + (kept ? std::string() : ": " + kept.error().sentence)};
    static_cast<void>(co_await exchange.problem(unread));
    co_return unread;
  }
  if (found.as == store::KeyFound::As::other_body) {
    const std::string_view told = "The Idempotency-Key was used before, for another request.";
    static_cast<void>(co_await exchange.problem(422, told));
    co_return Error{Fault::rejected, std::string(told), 422};
  }
  const std::string seconds = std::to_string(std::clamp<std::int64_t>((found.expires_ms - claim.at_ms + 999) / 1000, 1, 3600));
  const Field fields[] = {{"Retry-After", seconds}};
  const std::string_view told = "A request with this Idempotency-Key is in progress.";
  static_cast<void>(co_await exchange.problem(409, told, fields));
  co_return Error{Fault::rejected, std::string(told), 409};
}

}  // namespace

runtime::Task<void> Listener::invoke_once(Exchange& exchange, channel::Channel& channel, const Captures& captures) {
  channel::Outcome outcome;
  outcome.began_ns = runtime::Loop::now_ns();
  document::Arena arena(channel.options().limits.memory.bytes);
  Request request(exchange, channel, arena);
  Result<void> done = request.read(captures);
  message::Run run(channel.core(), request.message(), arena, &request);
  std::string_view body;
  if (!done) {
    found_before(run, done.error());
  } else {
    request.give_body(run);
    runtime::Deadline limit(*co_await runtime::this_context(), channel.options().timeout);
    done = co_await run.fetch_body();
    body = run.body.bytes;
  }
  if (done) done = co_await claim_and_run(exchange, channel, run, body);
  else done = co_await answer(exchange, channel, run, std::move(done));
  outcome.error = done ? nullptr : &done.error();
  outcome.failure = run.failure ? &*run.failure : nullptr;
  outcome.status = exchange.status();
  outcome.bytes_in = exchange.received_bytes();
  outcome.bytes_out = exchange.sent_bytes();
  outcome.address = exchange.address();
  channel.settle(request.message(), outcome);
}

runtime::Task<Result<void>> Listener::claim_and_run(Exchange& exchange, channel::Channel& channel, message::Run& run, std::string_view body) {
  store::Store& store = channel.worker()->delivery().store();
  const format::Format* wanted = negotiate(exchange.field("accept"), channel.formats());
  if (!wanted) {
    const std::string detail = "This channel answers in " + media_types(channel.formats()) + ".";
    static_cast<void>(co_await exchange.problem(406, detail));
    co_return Error{Fault::rejected, "the caller accepts none of the channel's formats"};
  }
  store::ClaimKey claim;
  claim.key = store::key_of(channel.name(), run.message().principal, exchange.field(channel.key_field()));
  claim.body = fingerprint(run.message(), body);
  claim.at_ms = wall_ms();
  claim.expires_ms = claim.at_ms + channel.options().timeout.count() + claim_margin.count();
  store::Write write;
  write.add(claim);
  Result<store::Outcome> claimed = co_await store.commit(write);
  if (!claimed) {
    Error busy = claimed.error();
    busy.fault = Fault::busy;
    static_cast<void>(co_await exchange.problem(busy));
    co_return claimed.error();
  }
  if (claimed->key) {
    Result<void> told = co_await came_before(exchange, store, claim, *claimed->key);
    co_return told;
  }
  Result<void> done = co_await channel.run(run);
  // Nobody knows what was done: the claim stays until it expires.
  if (!done && done.error().fault == Fault::cancelled) co_return done;
  delivery::Answer answer;
  if (done) {
    Result<delivery::Answer> made = delivery::answer_of(run, channel.formats(), wanted);
    if (made) answer = std::move(*made);
    else done = made.error();
  }
  if (!done) answer = refusal_of(run, done.error(), exchange.trace().cid);
  // What failed and may go well the next time is done anew then; everything else is answered once and for all.
  const std::string kept = delivery::write_answer(answer);
  store::Write settled;
  if (answer.status >= 500) settled.add(store::FreeKey{claim.key});
  else settled.add(store::AnswerKey{claim.key, store::Content(kept), wall_ms() + channel.options().keys->count()});
  // Where that fails, the claim keeps others away until it expires; this caller has his answer.
  static_cast<void>(co_await store.commit(settled));
  Result<void> sent = co_await respond(exchange, answer);
  co_return done ? sent : done;
}

}  // namespace arint::connectors::http
