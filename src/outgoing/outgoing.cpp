// SPDX-License-Identifier: GPL-3.0-or-later
#include "outgoing/outgoing.hpp"

#include <algorithm>

#include "http/server/exchange.hpp"
#include "log/actions/writer.hpp"

namespace arint::outgoing {
namespace {

std::int64_t now_ms() { return runtime::Loop::now_ns() / 1'000'000; }
// Of the loop's present round: what a gateway measures by, since looking at the clock costs more than anything else it does itself.
std::int64_t round_ns() { return static_cast<std::int64_t>(runtime::Loop::current().coarse_now_ns()); }

// The node's limit shared out to its cores; each gets at least one place.
unsigned share(std::int64_t total, unsigned cores, unsigned least) {
  return std::max(least, static_cast<unsigned>((total + cores - 1) / cores));
}

// Between nothing and `most`: what keeps many callers from trying again at the same moment.
Millis jittered(Millis most) {
  std::uint64_t range = static_cast<std::uint64_t>(std::max<std::int64_t>(most.count(), 1));
  return Millis(static_cast<std::int64_t>(Id::random().low % range));
}

}  // namespace

Outgoing::Outgoing(std::string name, Options options, std::unique_ptr<Connection> connection, message::Core& core,
                   std::shared_ptr<log::Part> numbers)
    : name_(std::move(name)),
      options_(std::move(options)),
      connection_(std::move(connection)),
      core_(core),
      numbers_(std::move(numbers)),
      gate_(share(options_.in_flight, core.count, 1), share(options_.queue, core.count, 0)),
      breaker_(options_.breaker.failures, options_.breaker.open_for) {
  if (const LaneLimits* lanes = connection_->lanes()) lanes_.emplace(*lanes, name_, core.count);
}

Result<void> Outgoing::admit(CircuitBreaker& breaker, std::string_view peer) {
  if (!breaker.open() || breaker.admits(now_ms())) return {};
  Error error{Fault::unreachable, "outgoing " + name_ + (peer.empty() ? std::string() : ": " + std::string(peer)) +
                                      " is left alone after too many faults in a row (circuit breaker); the next call may try again in " +
                                      to_text(breaker.remaining(now_ms()))};
  error.retry_after = breaker.remaining(now_ms());
  return error;
}

Result<Lane*> Outgoing::lane_of(message::Run& run, const Operation& operation) {
  if (!lanes_) return static_cast<Lane*>(nullptr);
  Result<std::string> endpoint = operation.endpoint(run);
  if (!endpoint) return endpoint.error();
  return &lanes_->at(*endpoint, now_ms());
}

runtime::Task<Result<Outgoing::Turn>> Outgoing::turn(Lane* lane) {
  const auto gave_up = [this](int error) {
    if (error == EAGAIN)
      return Error{Fault::busy, "outgoing " + name_ + ": " + std::to_string(options_.in_flight) + " calls in progress and " +
                                    std::to_string(options_.queue) + " waiting; raise in_flight or queue, or send less"};
    return Error{error == ETIMEDOUT ? Fault::unreachable : Fault::cancelled, "outgoing " + name_ + ": gave up waiting for its turn"};
  };
  Turn out;
  if (lane) {
    const runtime::IoResult got = co_await lane->gate.acquire();
    if (!got.ok()) co_return gave_up(got.error());
    out.lane = runtime::Permit(lane->gate);
    for (Millis wait = lane->pacer.take(now_ms()); wait.count() > 0; wait = lane->pacer.take(now_ms())) {
      const runtime::IoResult slept = co_await runtime::sleep(wait);
      if (!slept.ok()) co_return gave_up(slept.error());
    }
  }
  const runtime::IoResult got = co_await gate_.acquire();
  if (!got.ok()) co_return gave_up(got.error());
  out.outgoing = runtime::Permit(gate_);
  co_return std::move(out);
}

runtime::Task<Result<document::Value>> Outgoing::attempt(message::Run& run, const Operation& operation, bool wanted) {
  Result<Lane*> lane = lane_of(run, operation);
  if (!lane) co_return lane.error();
  const LaneUse use(*lane);
  CircuitBreaker& breaker = *lane ? (*lane)->breaker : breaker_;
  if (Result<void> admitted = admit(breaker, *lane ? std::string_view((*lane)->place) : std::string_view()); !admitted) co_return admitted.error();
  Result<Turn> turn_ = co_await turn(*lane);
  if (!turn_) co_return turn_.error();
  runtime::Context* context = co_await runtime::this_context();
  runtime::Deadline limit(*context, options_.timeout);
  Result<document::Value> answer = co_await operation.perform(run, wanted);
  // The peer's health is judged by what it answered, a message that could not even be written says nothing.
  if (answer) breaker.succeeded();
  else breaker.failed(answer.error().fault, now_ms());
  co_return answer;
}

runtime::Task<Result<document::Value>> Outgoing::send(message::Run& run, const Operation& operation, Site site, bool wanted) {
  if (run.journal) {
    Result<document::Value> durable = co_await send_durably(run, operation, site, wanted);
    co_return durable;
  }
  runtime::Context* context = co_await runtime::this_context();
  const std::int64_t first_ns = runtime::Loop::now_ns();
  for (std::int64_t made = 1;; ++made) {
    const std::int64_t began_ns = runtime::Loop::now_ns();
    numbers_->on(core_.index).begin();
    run.address = {};
    Result<document::Value> answer = co_await attempt(run, operation, wanted);
    settle(answer ? nullptr : &answer.error(), began_ns, run, site.verb);
    if (answer) co_return answer;
    const Millis spent((runtime::Loop::now_ns() - first_ns) / 1'000'000);
    std::optional<Millis> wait = next_wait(answer.error(), operation, made, spent, context->remaining());
    if (!wait) co_return answer;
    runtime::IoResult slept = co_await runtime::sleep(*wait);
    if (!slept.ok()) co_return answer;
  }
}

std::optional<Millis> Outgoing::next_wait(const Error& error, const Operation& operation, std::int64_t made, Millis spent, Millis left) const {
  if (!options_.retry) return std::nullopt;
  const Retry& retry = *options_.retry;
  switch (remedy(error.fault)) {
    case Remedy::retry_later:
    case Remedy::wait_as_told: break;
    case Remedy::as_on_unknown_says:
      if (!operation.repeatable() && options_.on_unknown != OnUnknown::repeat) return std::nullopt;
      break;
    default: return std::nullopt;
  }
  const std::optional<Millis> wait = wait_after(retry, error, made, spent);
  // No use in waiting for a moment that will not come.
  if (wait && *wait >= left) return std::nullopt;
  return wait;
}

std::optional<Millis> Outgoing::wait_after(const Retry& retry, const Error& error, std::int64_t made, Millis spent) const {
  if (retry.attempts && made >= retry.attempts) return std::nullopt;
  const std::int64_t doublings = std::min<std::int64_t>(made - 1, 30);
  Millis wait = jittered(std::min(retry.max, Millis(retry.initial.count() << doublings)));
  wait = std::max(wait, error.retry_after);
  if (spent + wait > retry.total) return std::nullopt;
  return wait;
}

void Outgoing::settle(const Error* error, std::int64_t began_ns, const message::Run& run, std::string_view step) {
  const message::Message& message = run.message();
  const std::int64_t took_ns = runtime::Loop::now_ns() - began_ns;
  log::Cell& cell = numbers_->on(core_.index);
  cell.end(took_ns);
  cell.sent(0);
  if (error) cell.fault(error->fault);
  else cell.received(0);
  if (!core_.log) return;
  log::Action line;
  line.kind = log::Kind::sent;
  line.outcome = error ? log::Outcome::failed : log::Outcome::ok;
  if (error) {
    line.fault = error->fault;
    line.status = error->status;
    line.text = error->sentence;
  }
  line.cid = message.trace.cid;
  line.message = message.id;
  line.channel = message.channel;
  line.service = run.service;
  line.step = step;
  line.outgoing = name_;
  line.peer = connection_->peer();
  line.address = run.address;
  line.duration_us = took_ns / 1000;
  core_.log->write(line);
}

runtime::Task<Result<void>> Outgoing::forward(http::Exchange& exchange) {
  if (Result<void> admitted = admit(); !admitted) {
    static_cast<void>(co_await exchange.problem(admitted.error()));
    co_return admitted;
  }
  if (!gate_.try_acquire()) {
    runtime::IoResult turn = co_await gate_.acquire();
    if (!turn.ok()) {
      Error busy{turn.error() == EAGAIN ? Fault::busy : Fault::unreachable, "outgoing " + name_ + ": no place among its calls in progress"};
      busy.retry_after = Millis(1000);
      static_cast<void>(co_await exchange.problem(busy));
      co_return busy;
    }
  }
  runtime::Permit permit(gate_);
  const std::int64_t began_ns = round_ns();
  log::Cell& cell = numbers_->on(core_.index);
  cell.begin();
  Result<void> done = co_await connection_->forward(exchange);
  cell.end(round_ns() - began_ns);
  cell.sent(exchange.received_bytes());
  if (done) {
    cell.received(exchange.sent_bytes());
    breaker_.succeeded();
  } else {
    cell.fault(done.error().fault);
    breaker_.failed(done.error().fault, now_ms());
  }
  co_return done;
}

runtime::Task<Result<void>> Outgoing::pass_on(message::Run& run) {
  // An operation like any other, so that it is admitted, timed, counted and logged the same way.
  struct PassOn : Operation {
    Connection* connection = nullptr;
    runtime::Task<Result<document::Value>> perform(message::Run& to, bool) const override {
      Result<void> done = co_await connection->pass_on(to);
      if (!done) co_return done.error();
      co_return document::Value();
    }
    bool repeatable() const noexcept override { return false; }
  };
  PassOn operation;
  operation.connection = connection_.get();
  const Site site{"forward", {}};
  Result<document::Value> done = co_await send(run, operation, site, false);
  if (!done) co_return done.error();
  co_return Result<void>();
}

}  // namespace arint::outgoing
