// SPDX-License-Identifier: GPL-3.0-or-later
// A call of a durable run: what is recorded is taken from there, and where a synchronous one would wait, the run leaves.
#include <algorithm>
#include <cerrno>

#include "base/hash.hpp"
#include "outgoing/outgoing.hpp"

namespace arint::outgoing {
namespace {

using message::Journal;

// Longer than this nobody waits for the pace of a lane with a run in memory.
constexpr Millis longest_pace{1'000};

std::int64_t wall_ms() { return runtime::Loop::current().clock().now_ms_since_epoch(); }
std::int64_t steady_ms() { return runtime::Loop::now_ns() / 1'000'000; }

// What a call evaluates draws from a series of its own, so that what comes after is the same whether it was made or recorded.
class OwnSeeds {
 public:
  OwnSeeds(message::Run& run, std::string_view step) : run_(run), before_(run.seeds()) {
    const Digest digest = sha256(step);
    message::Run::Seeds own = before_;
    for (std::size_t i = 0; i < 8; ++i) own.seed.high ^= static_cast<std::uint64_t>(digest[i]) << (8 * i);
    own.given = 0;
    run.use_seeds(own);
  }
  ~OwnSeeds() { run_.use_seeds(before_); }
  OwnSeeds(const OwnSeeds&) = delete;

 private:
  message::Run& run_;
  message::Run::Seeds before_;
};

}  // namespace

runtime::Task<Result<document::Value>> Outgoing::send_durably(message::Run& run, const Operation& operation, Site site, bool wanted) {
  Journal& journal = *run.journal;
  const std::string step = journal.step_of(run, site.path);
  Result<Journal::Known> known = journal.known(run, step);
  if (!known) co_return known.error();
  if (known->as == Journal::Known::As::answered) co_return known->answer;
  if (known->as == Journal::Known::As::failed) co_return known->error;
  Journal::Call call{step, name_, known->tries, known->first_ms ? known->first_ms : wall_ms(), {}};
  const bool careful = options_.on_unknown && *options_.on_unknown != OnUnknown::repeat && !operation.repeatable();
  if (known->as == Journal::Known::As::asked && careful) {
    const Error unknown{Fault::timeout, "outgoing " + name_ + ": the node ended while this call was in progress; whether the peer did it is not known (on_unknown)"};
    co_return journal.hold(call, unknown);
  }
  runtime::Context* context = co_await runtime::this_context();
  Result<Lane*> lane = static_cast<Lane*>(nullptr);
  {
    const OwnSeeds seeds(run, step);
    lane = lane_of(run, operation);
  }
  if (!lane) {
    ++call.tries;
    numbers_->on(core_.index).begin();
    settle(&lane.error(), runtime::Loop::now_ns(), run, site.verb);
    journal.attempt(call, lane.error(), Millis(0));
    co_return after_attempt(run, call, lane.error(), careful, context->remaining(), breaker_);
  }
  const LaneUse use(*lane);
  CircuitBreaker& breaker = *lane ? (*lane)->breaker : breaker_;
  const std::string own_place = place_of(name_);
  call.place = *lane ? std::string_view((*lane)->place) : own_place;
  if (Result<void> admitted = admit(breaker, *lane ? call.place : std::string_view()); !admitted) {
    const std::int64_t end_ms = call.first_ms + options_.retry.value_or(durable_retry).total.count();
    if (wall_ms() < end_ms) co_return journal.stand_by(call, &admitted.error(), end_ms, wall_ms() + breaker.remaining(steady_ms()).count());
    journal.fail(run, call, admitted.error());
    co_return admitted.error();
  }
  Result<Turn> turn = co_await turn_or_leave(run, call, *lane);
  if (!turn) co_return turn.error();
  ++call.tries;
  Result<void> begun = co_await journal.begin(call, careful);
  if (!begun) co_return begun.error();
  const std::string key = journal.key_of(step);
  const std::int64_t began_ns = runtime::Loop::now_ns();
  numbers_->on(core_.index).begin();
  Result<document::Value> answer = document::Value();
  {
    const OwnSeeds seeds(run, step);
    runtime::Deadline limit(*context, options_.timeout);
    run.call_key = key;
    run.address = {};
    answer = co_await operation.perform(run, wanted);
    run.call_key = {};
  }
  if (answer) breaker.succeeded();
  else breaker.failed(answer.error().fault, steady_ms());
  settle(answer ? nullptr : &answer.error(), began_ns, run, site.verb);
  turn->lane.give_back();
  turn->outgoing.give_back();
  journal.turn_free(call.place, !breaker.open());
  if (*lane) journal.turn_free(own_place, true);
  if (!answer) {
    journal.attempt(call, answer.error(), Millis((runtime::Loop::now_ns() - began_ns) / 1'000'000));
    co_return after_attempt(run, call, answer.error(), careful, context->remaining(), breaker);
  }
  Result<void> kept = co_await journal.answered(run, call, *answer);
  if (!kept) co_return kept.error();
  co_return answer;
}

// Who finds no turn waits in the store, and takes no place from messages for other peers.
runtime::Task<Result<Outgoing::Turn>> Outgoing::turn_or_leave(message::Run& run, Journal::Call call, Lane* lane) {
  Journal& journal = *run.journal;
  Turn out;
  if (lane) {
    if (!lane->gate.try_acquire()) co_return journal.stand_by(call, nullptr, 0, 0);
    out.lane = runtime::Permit(lane->gate);
    for (Millis wait = lane->pacer.take(steady_ms()); wait.count() > 0; wait = lane->pacer.take(steady_ms())) {
      call.place = {};
      if (wait > longest_pace) co_return journal.stand_by(call, nullptr, lane->pacer.slot(wall_ms(), wait), 0);
      const runtime::IoResult slept = co_await runtime::sleep(wait);
      const Error stopped{Fault::cancelled, "stopped while waiting for the pace of outgoing " + name_};
      if (!slept.ok()) co_return slept.error() == ECANCELED ? journal.give_back(stopped) : journal.stand_by(call, nullptr, wall_ms() + wait.count(), 0);
    }
  }
  const std::string own = place_of(name_);
  call.place = own;
  if (!gate_.try_acquire()) co_return journal.stand_by(call, nullptr, 0, 0);
  out.outgoing = runtime::Permit(gate_);
  co_return std::move(out);
}

Error Outgoing::after_attempt(message::Run& run, const Journal::Call& call, const Error& error, bool careful, Millis left, const CircuitBreaker& breaker) {
  Journal& journal = *run.journal;
  const Remedy what = remedy(error.fault);
  if (what == Remedy::give_back) return journal.give_back(error);
  if (what == Remedy::as_on_unknown_says && careful) return journal.hold(call, error);
  const bool again = what == Remedy::retry_later || what == Remedy::wait_as_told || what == Remedy::as_on_unknown_says;
  const Retry& retry = options_.retry ? *options_.retry : durable_retry;
  const std::int64_t now_ms = wall_ms();
  // Out of time: a branch of `parallel` with a timeout, whose flow wants to know.
  std::optional<Millis> wait;
  if (again && left.count() > 0) wait = wait_after(retry, error, call.tries, Millis(std::max<std::int64_t>(0, now_ms - call.first_ms)));
  if (!wait) {
    journal.fail(run, call, error);
    return error;
  }
  if (breaker.open()) return journal.stand_by(call, &error, call.first_ms + retry.total.count(), now_ms + breaker.remaining(steady_ms()).count());
  return journal.retry(call, error, now_ms + wait->count());
}

}  // namespace arint::outgoing
