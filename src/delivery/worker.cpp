// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/worker.hpp"

#include <algorithm>

#include "delivery/answer.hpp"
#include "log/actions/writer.hpp"
#include "runtime/time/wall.hpp"

namespace arint::delivery {
namespace {

using runtime::wall_ms;
using store::State;

constexpr unsigned claimed_at_once = 64;
constexpr unsigned most_releases = 32;
constexpr Millis tick{1'000};

}  // namespace

ChannelNumbers* Worker::numbers(std::string_view channel) {
  auto found = numbers_.find(channel);
  return found == numbers_.end() ? nullptr : &found->second;
}

void Worker::open() {
  open_ = true;
  delivery_.use(core_.index, this);
  look_.set();
  looking_.spawn(look());
  if (core_.index == 0) looking_.spawn(find_places());
}

runtime::Task<void> Worker::close(Millis drain) {
  open_ = false;
  if (delivery_.on(core_.index) == this) delivery_.use(core_.index, nullptr);
  looking_.cancel(ECANCELED);
  static_cast<void>(co_await looking_.join());
  {
    runtime::Deadline until(*co_await runtime::this_context(), drain);
    while (running_) {
      const runtime::IoResult ended = co_await run_ended_.wait();
      if (!ended.ok()) break;
    }
  }
  // What is cut gives its message back: it is claimed again, here or after the next start.
  runs_.cancel(ECANCELED);
  static_cast<void>(co_await runs_.join());
}

void Worker::start(const store::Claim& claim, std::unique_ptr<store::Loaded> loaded, std::shared_ptr<Waiter> waiter) {
  ++running_;
  runs_.spawn(run(claim, std::move(loaded), std::move(waiter)));
}

// The first core's worker also minds the time: it claims what has become due, and lets some of those who stand by try.
runtime::Task<> Worker::look() {
  runtime::Context* context = co_await runtime::this_context();
  const bool first = core_.index == 0;
  Millis wait(0);
  std::int64_t tried_ns = 0;
  for (;;) {
    if (wait.count() > 0) {
      runtime::Deadline until(*context, wait);
      const runtime::IoResult woken = co_await look_.wait();
      if (woken.error() == ECANCELED) co_return;
    }
    if (context->error() == ECANCELED) co_return;
    if (running_ >= most_runs) {
      delivery_.wake(core_.index);
      wait = tick;
      continue;
    }
    if (first) delivery_.looks_at(Delivery::looking);
    wait = co_await claim_due();
    if (!first) {
      if (wait.count() > 0) delivery_.due_at(wall_ms() + wait.count()), wait = Millis::max();
      continue;
    }
    if (delivery_.anybody_stands_by()) wait = std::min(wait, tick);
    delivery_.looks_at(wall_ms() + wait.count());
    if (!delivery_.anybody_stands_by()) continue;
    // Those who are let go too early come back at once, which wakes this loop: once a tick, or it would go round and round.
    const Millis left = tick - Millis((runtime::Loop::now_ns() - tried_ns) / 1'000'000);
    if (left.count() > 0) {
      wait = std::min(wait, left);
      continue;
    }
    tried_ns = runtime::Loop::now_ns();
    wait = std::min(wait, tick);
    co_await count_places();
    const auto places = delivery_.to_try(wall_ms());
    // Where a peer was paused, one goes ahead.
    for (const auto& [name, place] : places) co_await release(name, place.probe_ms ? 1 : 4);
  }
}

// How long nothing is due; zero: there is more now.
runtime::Task<Millis> Worker::claim_due() {
  store::Write write;
  const unsigned asked = std::min(claimed_at_once, most_runs - running_);
  const std::int64_t now_ms = wall_ms();
  std::vector<store::Kept> kept;
  for (const auto& [channel, numbers] : numbers_) kept.push_back({channel, now_ms + numbers.retention.count()});
  bool set_back = false;
  if (core_.index == 0) {
    set_back = delivery_.mind_the_clock(write, now_ms);
    write.add(store::Expire{now_ms, now_ms + std::chrono::milliseconds(std::chrono::hours(24 * 7)).count(), 100, kept});
  }
  write.add(store::Take{now_ms, asked});
  Result<store::Outcome> taken = co_await delivery_.store().commit(write);
  if (!taken) co_return tick;
  for (const store::Gone& gone : taken->expired) {
    message::Message message;
    message.id = gone.id;
    message.channel = gone.channel;
    tell(message, log::Outcome::expired, nullptr, {}, 0);
    if (ChannelNumbers* counted = numbers(gone.channel)) counted->left[State::expired]->on(core_.index).add();
  }
  for (const store::Claimed& one : taken->claimed) start(one.claim, nullptr, nullptr);
  if (taken->claimed.size() == asked) {
    delivery_.wake(core_.index);
    co_return Millis(0);
  }
  if (set_back) co_return tick;
  if (!taken->next_due_ms) co_return std::chrono::minutes(1);
  co_return std::clamp(Millis(taken->next_due_ms - now_ms), Millis(1), Millis(60'000));
}

runtime::Task<> Worker::run(store::Claim claim, std::unique_ptr<store::Loaded> loaded, std::shared_ptr<Waiter> waiter) {
  if (!loaded) {
    for (;;) {
      Result<std::unique_ptr<store::Loaded>> read = co_await delivery_.store().load(claim.number, claim.run);
      if (read) {
        loaded = std::move(*read);
        break;
      }
      if (read.error().fault == Fault::busy) {
        const runtime::IoResult slept = co_await runtime::sleep(Millis(50));
        if (slept.ok()) continue;
      }
      co_await leave(claim, nullptr, &read.error(), waiter.get());
      break;
    }
  }
  if (loaded) co_await run_loaded(claim, loaded.get(), waiter);
  if (waiter) {
    waiter->over = true;
    waiter->ended.set();
  }
  const bool was_full = running_-- == most_runs;
  if (was_full) look_.set();
  run_ended_.set();
}

runtime::Task<void> Worker::run_loaded(store::Claim claim, const store::Loaded* loaded, std::shared_ptr<Waiter> waiter) {
  Result<Plan> plan = co_await plans_.plan(loaded->version, loaded->channel, loaded->redirect);
  if (plan) co_await execute(claim, loaded, &*plan, waiter.get());
  else co_await leave(claim, loaded, &plan.error(), waiter.get());
}

runtime::Task<void> Worker::leave(store::Claim claim, const store::Loaded* loaded, const Error* error, Waiter* waiter) {
  const store::Loaded nothing;
  RunJournal journal(delivery_, claim, loaded ? *loaded : nothing, {});
  RunJournal::Ending ending{State::held, 0, 0, {}, {}, {}, error->sentence, error->fault};
  if (error->fault == Fault::malformed) ending.state = State::dead;
  if (error->fault == Fault::cancelled || error->fault == Fault::timeout || error->fault == Fault::busy || error->fault == Fault::unreachable)
    ending = RunJournal::Ending{State::waiting, error->fault == Fault::cancelled ? 0 : wall_ms() + 1'000};
  Result<void> done = co_await journal.end(ending, nullptr);
  if (waiter) waiter->state = ending.state, waiter->error = *error;
  if (done && loaded) count_ending(loaded, ending, {}, runtime::Loop::now_ns());
}

void Worker::tell(const message::Message& message, log::Outcome outcome, const RunJournal::Ending* ending, std::string_view service, std::int64_t began_ns) {
  if (!core_.log) return;
  log::Action line;
  line.kind = log::Kind::settled;
  line.outcome = outcome;
  line.cid = message.trace.cid;
  line.message = message.id;
  line.channel = message.channel;
  line.service = service;
  if (began_ns) line.duration_us = (runtime::Loop::now_ns() - began_ns) / 1000;
  if (ending) {
    line.fault = ending->fault;
    line.outgoing = ending->outgoing;
    line.step = ending->step;
    line.text = ending->reason;
  }
  core_.log->write(line);
}

void Worker::count_ending(const store::Loaded* loaded, const RunJournal::Ending& ending, std::string_view service, std::int64_t began_ns) {
  if (ChannelNumbers* counted = numbers(loaded->channel)) counted->left[ending.state]->on(core_.index).add();
  log::Outcome outcome = log::Outcome::ok;
  switch (ending.state) {
    case State::done: break;
    case State::retrying: outcome = log::Outcome::retrying; break;
    case State::held: outcome = log::Outcome::held; break;
    case State::dead: outcome = log::Outcome::dead; break;
    default: return;  // given back, or waiting for its turn: nothing has happened
  }
  tell(loaded->message, outcome, &ending, service, began_ns);
}

void Worker::turn_free(std::string_view where, bool well) {
  if (!delivery_.anybody_stands_by()) return;
  const std::string place(where);
  if (well) delivery_.answers(place);
  if (releasing_ >= most_releases || !open_ || !delivery_.may_try(place, wall_ms())) return;
  ++releasing_;
  // Two for one while all goes well: so a backlog gets going again by itself. Those who find no turn come back.
  looking_.spawn(release_one(place, well ? 2 : 1));
}

runtime::Task<> Worker::release_one(std::string place, unsigned most) {
  co_await release(place, most);
  --releasing_;
}

runtime::Task<void> Worker::release(std::string place, unsigned most) {
  store::Write write;
  write.add(store::Release{place, wall_ms(), most});
  Result<store::Outcome> done = co_await delivery_.store().commit(write);
  if (done) delivery_.let_go(place, done->changed, done->changed < most);
}

// The numbers of those who stand by are counted beside the commits, not in them: one that comes while others are let go may be
// missed by them. The store knows.
runtime::Task<void> Worker::count_places() {
  Result<std::vector<store::PlaceRead>> places = co_await delivery_.store().places();
  if (!places) co_return;
  bool anybody = false;
  for (const store::PlaceRead& place : *places) {
    delivery_.found(place);
    anybody |= place.waiting > 0;
  }
  if (!anybody) delivery_.found_nobody();
}

// After a start: who stood by when the node ended.
runtime::Task<> Worker::find_places() {
  co_await count_places();
  look_.set();
}

}  // namespace arint::delivery
