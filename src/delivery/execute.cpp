// SPDX-License-Identifier: GPL-3.0-or-later
// One activation of a run, from the body to how it ended.
#include <algorithm>

#include "base/text.hpp"
#include "delivery/answer.hpp"
#include "delivery/worker.hpp"
#include "format/catalog.hpp"

namespace arint::delivery {
namespace {

using store::State;

std::int64_t wall_ms() { return runtime::Loop::current().clock().now_ms_since_epoch(); }

// Another run draws other numbers; the same one the same.
message::Run::Seeds seeds_of(const message::Message& message, std::int32_t run) {
  return {{message.id.high ^ (static_cast<std::uint64_t>(run) * 0x9E3779B97F4A7C15ull), message.id.low}, 0};
}

// How a failure ends. One table: the fault's remedy, where nothing is left to wait for.
RunJournal::Ending ending_of(const message::Run& run, const Error& error, const Plan& plan) {
  RunJournal::Ending out;
  switch (remedy(error.fault)) {
    case Remedy::give_back: out.state = State::waiting; return out;
    // Credentials: the message is not to blame, and goes on when somebody has seen to them.
    case Remedy::stop_and_alarm: out.state = State::held; break;
    default: out.state = State::dead; break;
  }
  out.fault = error.fault;
  out.keeps_line = plan.on_dead == OnDead::hold;
  out.reason = error.sentence;
  if (!error.peer_words.empty()) out.reason += "; the peer said: " + quoted(error.peer_words, 400);
  if (!run.failure) return out;
  out.outgoing = run.failure->outgoing;
  out.step = run.failure->step;
  if (run.failure->at.line) out.reason = run.failure->at.text() + ": " + out.reason;
  if (!run.failure->told.empty() && out.reason.find(run.failure->told) == std::string::npos) out.reason += ": " + std::string(run.failure->told);
  return out;
}

}  // namespace

void give_body(message::Run& run, const std::string& body, const Plan& plan) {
  run.body.bytes = body;
  run.body.state = message::Body::State::raw;
  run.body.format = plan.formats.empty() ? format::find("json") : plan.formats.front();
  if (run.message().content_type.empty()) return;
  const format::Format* said = format::find_by_media_type(run.message().content_type);
  for (const format::Format* one : plan.formats)
    if (said && one->name() == said->name()) run.body.format = one;
  if (plan.formats.empty() && said) run.body.format = said;
}

message::Body body_of(const message::Run& run) {
  message::Body body = run.reply.body ? *run.reply.body : run.body;
  if (body.state == message::Body::State::unread) body = {};
  return body;
}

bool open_to_wishes(const message::Run& run, const message::Body& body, const std::vector<const format::Format*>& formats) {
  const bool foreign = body.format && std::find(formats.begin(), formats.end(), body.format) == formats.end();
  return !foreign && !(run.reply.body && run.reply.body->format) && body.state != message::Body::State::raw;
}

void write_as(message::Body& body, const format::Format* wanted) {
  if (body.state == message::Body::State::parsed && body.format != wanted) body.state = message::Body::State::changed;
  body.format = wanted;
}

Result<Answer> answer_of(message::Run& run, const std::vector<const format::Format*>& formats, const format::Format* wanted) {
  message::Body body = body_of(run);
  if (wanted && open_to_wishes(run, body, formats)) write_as(body, wanted);
  if (!body.format && !formats.empty()) body.format = formats.front();
  std::string scratch;
  Result<std::string_view> bytes = message::bytes_of(run, body, scratch);
  if (!bytes) return bytes.error();
  Answer out;
  out.status = run.reply.status ? run.reply.status : bytes->empty() ? 204 : 200;
  bool typed = false;
  for (const message::Field& header : run.reply.headers) {
    out.fields.emplace_back(header.name, header.value);
    typed |= equals_ignoring_case(header.name, "content-type");
  }
  if (!typed && !bytes->empty()) out.fields.emplace_back("Content-Type", message::content_type_of(body));
  out.body = *bytes;
  return out;
}

runtime::Task<void> Worker::execute(store::Claim claim, const store::Loaded* loaded, const Plan* plan, Waiter* waiter) {
  const std::int64_t began_ns = runtime::Loop::now_ns();
  document::Arena arena(plan->memory.bytes);
  message::Run run(*plan->core, loaded->message, arena);
  RunJournal journal(delivery_, claim, *loaded, [this](std::string_view outgoing, bool well) { turn_free(outgoing, well); });
  run.journal = &journal;
  run.use_seeds(seeds_of(loaded->message, claim.run));
  give_body(run, loaded->body, *plan);
  Result<void> done = co_await plan->service->run(run);

  std::optional<Answer> answer;
  RunJournal::Ending ending;
  if (const std::optional<RunJournal::Ending> wish = journal.wish()) {
    ending = *wish;
  } else if (done) {
    Result<Answer> made = answer_of(run, plan->formats, waiter ? waiter->format : nullptr);
    if (made) answer = std::move(*made);
    else done = made.error();
  }
  if (!journal.wish() && !done) {
    ending = ending_of(run, done.error(), *plan);
    // The flow itself answers the caller, who is there: with that all is said.
    if (waiter && run.failure && run.failure->answer && ending.state == State::dead) ending.state = State::done;
  }
  if (store::resolved(ending.state)) ending.keep_until_ms = wall_ms() + plan->retention.count();
  Result<void> kept = co_await journal.end(ending, answer ? &*answer : nullptr);
  if (!kept) {
    // A message that was dropped meanwhile is somebody else's; what the store would not take for another reason has to be seen.
    const Fault why = journal.lost() ? journal.lost()->fault : kept.error().fault;
    if (why != Fault::cancelled && why != Fault::unreachable) co_await leave(claim, loaded, &*journal.lost(), waiter);
    co_return;
  }
  count_ending(loaded, ending, plan->service->name(), began_ns);
  if (!waiter) co_return;
  waiter->state = ending.state;
  waiter->answer = std::move(answer);
  if (!done) waiter->error = done.error();
  if (!run.failure) co_return;
  waiter->peer = !run.failure->outgoing.empty();
  waiter->status = run.failure->answer;
  waiter->told = run.failure->told;
  write_value(run.failure->details, waiter->details);
}

}  // namespace arint::delivery
