// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/journal.hpp"

#include <algorithm>

#include "flow/saga.hpp"
#include "log/actions/chain/node_key.hpp"

namespace arint::delivery {
namespace {

using store::RecordKind;
using store::State;

constexpr std::size_t longest_step = 1024;
constexpr std::size_t most_pending = 256;  // operations; a Write takes 1024

std::int64_t wall_ms() { return runtime::Loop::current().clock().now_ms_since_epoch(); }

}  // namespace

std::string RunJournal::step_of(const message::Run& run, std::string_view path) const {
  std::string step(run.scope);
  step += path;
  if (step.size() <= longest_step) return step;
  return "sha256:" + log::to_hex(sha256(step));
}

std::string RunJournal::key_of(std::string_view step) const {
  const std::string text = loaded_.message.id.hex() + "/" + std::to_string(claim_.run) + "/" + std::string(step);
  return log::to_hex(sha256(text)).substr(0, 32);
}

const store::Recorded* RunJournal::recorded(std::string_view step) const noexcept {
  const auto found = std::lower_bound(loaded_.records.begin(), loaded_.records.end(), step,
                                      [](const store::Recorded& one, std::string_view wanted) { return one.step < wanted; });
  return found != loaded_.records.end() && found->step == step ? &*found : nullptr;
}

Result<message::Journal::Known> RunJournal::known(message::Run& run, std::string_view step) const {
  Known out;
  // A service that is being undone goes forward no more, whatever it comes to now.
  const auto undone = [&run](Known tried) {
    if (run.saga && run.saga->undone_for) tried.as = Known::As::failed, tried.error = *run.saga->undone_for;
    return tried;
  };
  const store::Recorded* found = recorded(step);
  if (!found) return undone(out);
  const Error damaged{Fault::malformed, "the record of step " + std::string(step) + " in the store cannot be read; replay the message"};
  if (found->kind == RecordKind::result) {
    std::string_view bytes = found->content;
    if (!read_value(bytes, run.arena(), out.answer) || !bytes.empty()) return damaged;
    out.as = Known::As::answered;
    run.now_ms = std::max(run.now_ms, found->at_ms);
    return out;
  }
  Tries tries;
  if (!read_tries(found->content, tries)) return damaged;
  out.tries = tries.tries, out.first_ms = tries.first_ms;
  if (found->kind == RecordKind::due) {
    out.as = Known::As::tried;
    if (tries.first_ms <= wall_ms()) run.now_ms = std::max(run.now_ms, tries.first_ms);
  } else if (found->kind == RecordKind::intent) {
    out.as = Known::As::asked;
  } else if (tries.as == Tries::As::failed) {
    out.as = Known::As::failed;
    out.error = tries.error;
    run.now_ms = std::max(run.now_ms, found->at_ms);
  } else {
    out.as = Known::As::tried;
    return undone(out);
  }
  return out;
}

void RunJournal::record(Pending& into, std::string_view step, RecordKind kind, std::string_view outgoing, std::string content, std::int64_t at_ms) {
  store::Record out;
  out.claim = claim_;
  out.step = into.keep(std::string(step));
  out.kind = kind;
  out.outgoing = into.keep(std::string(outgoing));
  out.at_ms = at_ms;
  out.content = store::Content(into.keep(std::move(content)));
  into.write.add(std::move(out));
}

runtime::Task<Result<void>> RunJournal::flush() {
  if (lost_) co_return Error{Fault::cancelled, lost_->sentence};
  if (pending_.write.operations().empty()) co_return Result<void>();
  Pending now = std::move(pending_);
  pending_ = {};
  for (Millis pause(20);; pause = std::min(pause * 2, Millis(1'000))) {
    Result<store::Outcome> done = co_await delivery_.store().commit(now.write);
    if (done) co_return Result<void>();
    if (done.error().fault == Fault::busy) {
      // What is known must not be forgotten because our own time is over.
      runtime::Shield shield(*co_await runtime::this_context(), Millis(5'000));
      const runtime::IoResult slept = co_await runtime::sleep(pause);
      if (slept.ok()) continue;
    }
    // Nothing of ours may be caught by the flow: the run has ended, whatever the flow thinks.
    lost_ = done.error();
    co_return Error{Fault::cancelled, lost_->sentence};
  }
}

runtime::Task<Result<void>> RunJournal::begin(Call call, bool careful) {
  if (careful) record(pending_, call.step, RecordKind::intent, call.outgoing, write_tries({Tries::As::tried, call.tries, call.first_ms, {}}), wall_ms());
  Result<void> done = co_await flush();
  co_return done;
}

runtime::Task<Result<void>> RunJournal::answered(message::Run& run, Call call, document::Value answer) {
  std::string content;
  write_value(answer, content);
  const std::int64_t at_ms = wall_ms();
  record(pending_, call.step, RecordKind::result, call.outgoing, std::move(content), at_ms);
  run.now_ms = std::max(run.now_ms, at_ms);
  if (!run.beside && pending_.write.operations().size() < most_pending) co_return Result<void>();
  Result<void> done = co_await flush();
  co_return done;
}

void RunJournal::attempt(const Call& call, const Error& error, Millis took) {
  store::Attempt out;
  out.claim = claim_;
  out.step = pending_.keep(std::string(call.step));
  out.outgoing = pending_.keep(std::string(call.outgoing));
  out.at_ms = wall_ms() - took.count();
  out.duration_ms = took.count();
  out.fault = error.fault;
  out.status = error.status;
  out.words = pending_.keep(error.peer_words.empty() ? error.sentence : error.peer_words);
  pending_.write.add(std::move(out));
}

void RunJournal::fail(message::Run& run, const Call& call, const Error& error) {
  const std::int64_t at_ms = wall_ms();
  record(pending_, call.step, RecordKind::checkpoint, call.outgoing, write_tries({Tries::As::failed, call.tries, call.first_ms, error}), at_ms);
  run.now_ms = std::max(run.now_ms, at_ms);
  last_failed_ = Repeatable{std::string(call.step), std::string(call.outgoing)};
}

// Whatever comes first.
void RunJournal::wait(Ending next) {
  if (!leave_) {
    leave_ = std::move(next);
    return;
  }
  // One that waits for nothing but a place has no time; one that only waits for a time, no place.
  if (next.due_ms && (!leave_->due_ms || next.due_ms < leave_->due_ms)) leave_->due_ms = next.due_ms;
  for (Place& place : next.places)
    if (std::none_of(leave_->places.begin(), leave_->places.end(), [&](const Place& one) { return one.name == place.name; }))
      leave_->places.push_back(std::move(place));
  if (next.state == State::retrying) leave_->state = State::retrying;
}

Error RunJournal::retry(const Call& call, const Error& error, std::int64_t due_ms) {
  record(pending_, call.step, RecordKind::checkpoint, call.outgoing, write_tries({Tries::As::tried, call.tries, call.first_ms, {}}), wall_ms());
  wait({State::retrying, due_ms, 0, {}, std::string(call.outgoing), std::string(call.step), error.sentence, error.fault});
  return leaves();
}

Error RunJournal::stand_by(const Call& call, const Error* error, std::int64_t due_ms, std::int64_t probe_ms) {
  Ending out{error ? State::retrying : State::waiting, due_ms, 0, {}, std::string(call.outgoing), std::string(call.step)};
  if (!call.place.empty()) out.places.push_back({std::string(call.place), true, probe_ms});
  if (error) {
    record(pending_, call.step, RecordKind::checkpoint, call.outgoing, write_tries({Tries::As::tried, call.tries, call.first_ms, {}}), wall_ms());
    out.reason = error->sentence;
    out.fault = error->fault;
  }
  wait(std::move(out));
  return leaves();
}

Error RunJournal::hold(const Call& call, const Error& error) {
  held_steps_.push_back({std::string(call.step), std::string(call.outgoing)});
  if (!held_) held_ = Ending{State::held, 0, 0, {}, std::string(call.outgoing), std::string(call.step), error.sentence, error.fault};
  return leaves();
}

Error RunJournal::sleep_until(message::Run&, std::string_view step, std::int64_t due_ms) {
  const store::Recorded* found = recorded(step);
  if (!found) record(pending_, step, RecordKind::due, {}, write_tries({Tries::As::tried, 0, due_ms, {}}), wall_ms());
  wait({State::waiting, due_ms, 0, {}, {}, std::string(step)});
  return leaves();
}

Error RunJournal::wait_at(message::Run&, std::string_view step, message::EventKey event, std::int64_t due_ms) {
  const store::Recorded* found = recorded(step);
  if (!found || found->kind != RecordKind::due) record(pending_, step, RecordKind::due, {}, write_tries({Tries::As::tried, 0, due_ms, {}}), wall_ms());
  Ending out{State::waiting, due_ms, 0, {}, {}, std::string(step), "waits for the event " + std::string(event.name) + " with key " + std::string(event.key)};
  out.places.push_back({store::event_place(event.name, event.key)});
  wait(std::move(out));
  return leaves();
}

runtime::Task<Result<std::optional<document::Value>>> RunJournal::take_event(message::Run& run, std::string_view step, message::EventKey event) {
  std::optional<document::Value> out;
  if (lost_) co_return Error{Fault::cancelled, lost_->sentence};
  const std::string place = store::event_place(event.name, event.key);
  Result<std::optional<store::EventRead>> read = co_await delivery_.store().event(place);
  // Not ours to fail: the message waits, and asks again.
  if (!read && read.error().fault == Fault::malformed) co_return read.error();
  if (!read || !*read) co_return out;
  const store::EventRead& found = **read;
  document::Value value;
  std::string_view bytes = found.content;
  if (!read_value(bytes, run.arena(), value) || !bytes.empty())
    co_return Error{Fault::malformed, "the event " + std::string(event.name) + " in the store cannot be read"};
  Result<void> flushed = co_await flush();
  if (!flushed) co_return flushed.error();
  const std::int64_t at_ms = wall_ms();
  Pending now;
  record(now, step, RecordKind::result, {}, std::string(found.content), at_ms);
  now.write.add(store::TakeEvent{now.keep(place), found.serial});
  Result<store::Outcome> taken = co_await delivery_.store().commit(now.write);
  // Another run was first, or the claim is lost: leaving finds out which.
  if (!taken) co_return out;
  run.now_ms = std::max(run.now_ms, at_ms);
  out = value;
  co_return out;
}

runtime::Task<Result<void>> RunJournal::emit(message::Run& run, std::string_view step, message::EventKey event, document::Value value, Millis keep) {
  const std::int64_t at_ms = wall_ms();
  std::string content;
  write_value(value, content);
  store::Event out;
  out.place = pending_.keep(store::event_place(event.name, event.key));
  out.at_ms = at_ms;
  out.expires_ms = at_ms + keep.count();
  out.content = store::Content(pending_.keep(std::move(content)));
  pending_.write.add(std::move(out));
  const Call call{step, {}, 1, at_ms, {}};
  Result<void> recorded = co_await answered(run, call, document::Value());
  co_return recorded;
}

std::optional<Error> RunJournal::undone_for(std::string_view step) const {
  const store::Recorded* found = recorded(step);
  Tries tries;
  if (!found || !read_tries(found->content, tries) || tries.as != Tries::As::failed) return std::nullopt;
  return tries.error;
}

void RunJournal::undo(std::string_view step, const Error& error) {
  const std::int64_t at_ms = wall_ms();
  record(pending_, step, RecordKind::checkpoint, {}, write_tries({Tries::As::failed, 1, at_ms, error}), at_ms);
  last_failed_.reset();
}

Error RunJournal::give_back(const Error& error) {
  back_ = true;
  return {Fault::cancelled, error.sentence};
}

std::optional<RunJournal::Ending> RunJournal::wish() const {
  if (back_) return Ending{State::waiting};
  if (leave_) return leave_;
  return held_;
}

runtime::Task<Result<void>> RunJournal::end(const Ending& ending, const Answer* answer) {
  const std::int64_t now_ms = wall_ms();
  // A person looks at it, and then it is called again.
  if (ending.state == State::held)
    for (const Repeatable& one : held_steps_)
      record(pending_, one.step, RecordKind::checkpoint, one.outgoing, write_tries({Tries::As::repeat, 0, 0, {}}), now_ms);
  if ((ending.state == State::dead || ending.state == State::held) && last_failed_)
    record(pending_, last_failed_->step, RecordKind::checkpoint, last_failed_->outgoing, write_tries({Tries::As::repeat, 0, 0, {}}), now_ms);
  if (answer) record(pending_, "", RecordKind::answer, {}, write_answer(*answer), now_ms);
  leave(ending, now_ms);
  Result<void> done = co_await flush();
  if (!done) co_return done;
  for (const Place& place : ending.places)
    if (place.closed) delivery_.stands_by(place.name, place.probe_ms);
  co_return done;
}

void RunJournal::leave(const Ending& ending, std::int64_t now_ms) {
  store::Leave leave;
  for (const Place& place : ending.places) {
    const std::string_view name = pending_.keep(place.name);
    if (leave.place.empty()) leave.place = name;
    else pending_.more_places.push_back(name);
    if (place.closed) pending_.write.add(store::ClosePlace{name, now_ms, place.probe_ms, 0, pending_.keep(ending.reason)});
  }
  leave.more_places = pending_.more_places;
  leave.claim = claim_;
  leave.to = ending.state;
  leave.at_ms = now_ms;
  leave.due_ms = ending.due_ms;
  leave.fault = ending.fault;
  leave.outgoing = pending_.keep(ending.outgoing);
  leave.step = pending_.keep(ending.step);
  leave.reason = pending_.keep(ending.reason);
  leave.keeps_line = ending.keeps_line;
  leave.keep_until_ms = ending.keep_until_ms;
  pending_.write.add(std::move(leave));
}

}  // namespace arint::delivery
