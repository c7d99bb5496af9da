// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel/intake.hpp"

#include <vector>

#include "format/catalog.hpp"
#include "runtime/time/wall.hpp"

namespace arint::channel {
namespace {

Result<Told> told_of(message::Run& run) {
  Told out;
  message::Body body = run.reply.body ? *run.reply.body : run.body;
  std::string scratch;
  Result<std::string_view> bytes = message::bytes_of(run, body, scratch);
  if (!bytes) return bytes.error();
  for (const message::Field& header : run.reply.headers) out.headers.emplace_back(header.name, header.value);
  out.headers.emplace_back("Content-Type", message::content_type_of(body));
  out.body = *bytes;
  return out;
}

}  // namespace

const format::Format* format_for(const Channel& channel, std::string_view content_type) {
  if (const format::Format* said = content_type.empty() ? nullptr : format::find_by_media_type(content_type))
    for (const format::Format* one : channel.formats())
      if (one->name() == said->name()) return one;
  return channel.formats().front();
}

runtime::Task<Result<Told>> take_in(Channel& channel, const Arrival& arrival) {
  std::vector<message::Field> headers(arrival.headers.begin(), arrival.headers.end());
  if (!arrival.key.empty()) headers.push_back({"idempotency-key", arrival.key});
  message::Message message;
  message.id = Id::random();
  message.trace = Trace::fresh();
  message.channel = channel.name();
  message.received_ms = runtime::wall_ms();
  message.headers = headers;
  message.peer = arrival.peer;
  const format::Format* format = arrival.format ? arrival.format : channel.formats().front();
  const std::string content_type = arrival.content_type.empty() ? format->content_type() : std::string(arrival.content_type);
  message.content_type = content_type;
  Result<Told> told = co_await take_in(channel, message, arrival, nullptr, nullptr);
  co_return told;
}

runtime::Task<Result<Told>> take_in(Channel& channel, const message::Message& message, const Arrival& arrival, const message::Expression* until, bool* over) {
  Result<void> done = channel.admit(arrival.body.size());
  if (!done) co_return done.error();
  Outcome outcome;
  outcome.began_ns = runtime::Loop::now_ns();
  outcome.bytes_in = arrival.body.size();
  document::Arena arena(channel.options().limits.memory.bytes);
  message::Run run(channel.core(), message, arena);
  Result<Told> told = Told();
  if (channel.options().durable) {
    const Wants wants{};
    Result<Accepted> accepted = co_await channel.accept(message, arrival.body, wants);
    if (!accepted) done = accepted.error();
    outcome.accepted = done.ok();
  } else {
    run.body.format = arrival.format ? arrival.format : channel.formats().front();
    if (arrival.document) run.set_document(*arrival.document);
    else run.body.bytes = arrival.body;
    done = co_await channel.run(run);
    if (done) told = told_of(run);
  }
  if (!done) told = done.error();
  if (done && until) {
    if (run.reply.body) run.body = *run.reply.body;
    Result<bool> holds = run.holds(*until);
    *over = holds && *holds;
  }
  outcome.error = done ? nullptr : &done.error();
  outcome.failure = run.failure ? &*run.failure : nullptr;
  channel.settle(message, outcome);
  co_return told;
}

}  // namespace arint::channel
