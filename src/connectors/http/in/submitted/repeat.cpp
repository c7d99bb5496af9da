// SPDX-License-Identifier: GPL-3.0-or-later
// A call that starts a repetition: its message is kept, the caller gets 202.
#include <algorithm>

#include "connectors/http/in/answer.hpp"
#include "connectors/http/in/listener.hpp"
#include "connectors/http/in/request.hpp"

namespace arint::connectors::http {

runtime::Task<void> Listener::repeat(arint::http::Exchange& exchange, channel::Channel& channel, const Captures& captures) {
  channel::Outcome outcome;
  outcome.began_ns = runtime::Loop::now_ns();
  document::Arena arena(channel.options().limits.memory.bytes);
  Request request(exchange, channel, arena);
  Result<void> done = request.read(captures);
  message::Run run(channel.core(), request.message(), arena, &request);
  if (!done) {
    found_before(run, done.error());
  } else {
    request.give_body(run);
    runtime::Deadline limit(*co_await runtime::this_context(), channel.options().timeout);
    done = co_await run.fetch_body();
  }
  if (done) done = channel.repeater()->start(request.message(), run.body.bytes, run.body.format);
  if (done) {
    const arint::http::Field fields[] = {{"Content-Type", "application/json"}};
    const std::string text = "{\"id\":\"" + request.message().id.hex() + "\",\"state\":\"repeating\"}";
    static_cast<void>(co_await exchange.respond(202, fields, text));
  } else if (done.error().status == 429) {
    const std::string seconds = std::to_string(std::max<std::int64_t>(1, done.error().retry_after.count() / 1'000));
    const arint::http::Field fields[] = {{"Retry-After", seconds}};
    static_cast<void>(co_await exchange.problem(429, "As many repetitions go on as this channel can bear; try again later.", fields));
  } else {
    done = co_await answer(exchange, channel, run, std::move(done));
  }
  outcome.error = done ? nullptr : &done.error();
  outcome.failure = run.failure ? &*run.failure : nullptr;
  outcome.status = exchange.status();
  outcome.bytes_in = exchange.received_bytes();
  outcome.bytes_out = exchange.sent_bytes();
  channel.settle(request.message(), outcome);
}

}  // namespace arint::connectors::http
