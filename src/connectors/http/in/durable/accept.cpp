// SPDX-License-Identifier: GPL-3.0-or-later
// Durable channels over HTTP: the message is committed before its caller hears of it; then he waits for the result, or gets its address.
#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "connectors/http/in/answer.hpp"
#include "connectors/http/in/listener.hpp"
#include "connectors/http/in/durable/message_status.hpp"
#include "connectors/http/in/negotiate.hpp"
#include "connectors/http/in/request.hpp"

namespace arint::connectors::http {
namespace {

using arint::http::Exchange;
using arint::http::Field;

// RFC 7240, 4.1 and 4.3. What is not understood is ignored.
struct Preference {
  bool respond_async = false;
  std::optional<Millis> wait{};
};

Preference preference_of(const Exchange& exchange) {
  Preference out;
  const arint::http::Fields& fields = exchange.fields();
  for (std::size_t i = 0; i < fields.count(); ++i) {
    if (!equals_ignoring_case(fields.field(i).name, "prefer")) continue;
    for (std::string_view item : split(fields.field(i).value, ',')) {
      item = trim(item);
      if (equals_ignoring_case(item, "respond-async")) out.respond_async = true;
      if (!lower(item).starts_with("wait=") || out.wait) continue;
      item.remove_prefix(5);
      std::uint32_t seconds = 0;
      const auto [end, wrong] = std::from_chars(item.data(), item.data() + item.size(), seconds);
      if (wrong == std::errc() && end == item.data() + item.size()) out.wait = std::chrono::seconds(seconds);
    }
  }
  return out;
}

struct Waits {
  Millis wait{};
  std::string applied{};   // Preference-Applied
};

Waits waits(const Exchange& exchange, const channel::Options& options) {
  Waits out;
  if (options.reply == channel::ReplyWhen::result) out.wait = options.timeout;
  if (!options.prefer || exchange.field(arint::http::Name::prefer).empty()) return out;
  const Preference asked = preference_of(exchange);
  if (asked.respond_async && options.reply == channel::ReplyWhen::result) out.wait = Millis(0), out.applied = "respond-async";
  if (!asked.wait) return out;
  out.wait = std::min(*asked.wait, options.timeout);
  out.applied += (out.applied.empty() ? "wait=" : ", wait=") + std::to_string(out.wait.count() / 1000);
  return out;
}

// The run ended badly while its caller was there: he is told as any caller is.
runtime::Task<Result<void>> refuse(Exchange& exchange, channel::Channel& channel, message::Run& run, const delivery::Waiter& waiter) {
  run.failure.emplace();
  run.failure->error = waiter.error;
  run.failure->answer = waiter.status;
  run.failure->told = run.arena().copy(waiter.told);
  if (waiter.peer) run.failure->outgoing = "-";
  std::string_view details = waiter.details;
  if (!details.empty() && !delivery::read_value(details, run.arena(), run.failure->details)) run.failure->details = {};
  Result<void> done = co_await answer(exchange, channel, run, waiter.error);
  co_return done;
}

runtime::Task<Result<void>> respond(Exchange& exchange, const delivery::Answer& answer, std::string_view location, std::string_view applied) {
  std::vector<Field> fields;
  for (const auto& [name, value] : answer.fields) fields.push_back({name, value});
  fields.push_back({"Location", location});
  if (!applied.empty()) fields.push_back({"Preference-Applied", applied});
  Result<void> done = co_await exchange.respond(answer.status, fields, answer.body);
  co_return done;
}

}  // namespace

runtime::Task<void> Listener::accept(Exchange& exchange, channel::Channel& channel, const Captures& captures) {
  channel::Outcome outcome;
  outcome.began_ns = runtime::Loop::now_ns();
  document::Arena arena(channel.options().limits.memory.bytes);
  Request request(exchange, channel, arena);
  Result<void> done = request.read(captures);
  message::Run run(channel.core(), request.message(), arena);
  if (!done) {
    found_before(run, done.error());
  }
  std::string_view body;
  if (done && exchange.has_body()) {
    runtime::Deadline limit(*co_await runtime::this_context(), channel.options().timeout);
    Result<std::string_view> read = co_await request.read_body();
    if (read) body = *read;
    else done = read.error();
  }
  if (done) {
    done = co_await take_in(exchange, channel, run, body);
    outcome.accepted = done.ok();
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

runtime::Task<Result<void>> Listener::take_in(Exchange& exchange, channel::Channel& channel, message::Run& run, std::string_view body) {
  const Waits how = waits(exchange, channel.options());
  const channel::Wants wants{how.wait.count() > 0, how.wait.count() > 0 ? negotiate(exchange.field("accept"), channel.formats()) : nullptr};
  if (wants.result && !wants.format) {
    const std::string detail = "This channel answers in " + media_types(channel.formats()) + ".";
    static_cast<void>(co_await exchange.problem(406, detail));
    co_return Error{Fault::rejected, "the caller accepts none of the channel's formats"};
  }
  Result<channel::Accepted> accepted = co_await channel.accept(run.message(), body, wants);
  if (!accepted) {
    const Error& error = accepted.error();
    if (error.status) {
      std::vector<Field> fields;
      std::string after = std::to_string(std::max<std::int64_t>(1, error.retry_after.count() / 1000));
      if (error.fault == Fault::busy) fields.push_back({"Retry-After", after});
      const std::string_view told = error.fault == Fault::busy ? "This channel has as many messages as it can bear; try again later." : std::string_view(error.sentence);
      static_cast<void>(co_await exchange.problem(error.status, told, fields));
    } else {
      static_cast<void>(co_await exchange.problem(error));
    }
    co_return error;
  }
  const std::string location = std::string(status_path) + accepted->id.hex();
  if (const std::shared_ptr<delivery::Waiter>& waiter = accepted->waiter) {
    runtime::Deadline limit(*co_await runtime::this_context(), how.wait);
    while (!waiter->over) {
      const runtime::IoResult woken = co_await waiter->ended.wait();
      if (!woken.ok()) break;
    }
  }
  const delivery::Waiter* waiter = accepted->waiter && accepted->waiter->over ? accepted->waiter.get() : nullptr;
  if (waiter && waiter->answer) {
    Result<void> sent = co_await respond(exchange, *waiter->answer, location, how.applied);
    co_return sent;
  }
  if (waiter && (waiter->state == store::State::dead || waiter->state == store::State::done)) {
    static_cast<void>(co_await refuse(exchange, channel, run, *waiter));
    co_return Result<void>();  // it is accepted; how its run ended has a line of its own
  }
  if (accepted->before && channel.options().reply == channel::ReplyWhen::result) {
    Result<std::optional<delivery::Answer>> earlier = co_await answer_of_message(channel.worker()->delivery().store(), accepted->id);
    if (earlier && *earlier) {
      Result<void> sent = co_await respond(exchange, **earlier, location, how.applied);
      co_return sent;
    }
  }
  const std::string text = "{\"id\":\"" + accepted->id.hex() + "\",\"state\":\"waiting\"}";
  std::vector<Field> fields{{"Content-Type", "application/json"}, {"Location", location}};
  if (!how.applied.empty()) fields.push_back({"Preference-Applied", how.applied});
  Result<void> sent = co_await exchange.respond(202, fields, text);
  // Whether or not the caller hears of it, the message is accepted.
  static_cast<void>(sent);
  co_return Result<void>();
}

}  // namespace arint::connectors::http
