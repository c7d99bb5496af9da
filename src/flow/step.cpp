// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/step.hpp"

#include <algorithm>

#include "flow/saga.hpp"
#include "log/actions/writer.hpp"

namespace arint::flow {
namespace {

void log_step(message::Run& run, std::string_view verb, const Result<void>& done, std::int64_t began_ns) {
  log::Action line;
  line.kind = log::Kind::step;
  line.outcome = done ? log::Outcome::ok : log::Outcome::failed;
  if (!done) line.fault = done.error().fault;
  line.cid = run.message().trace.cid;
  line.message = run.message().id;
  line.channel = run.message().channel;
  line.service = run.service;
  line.step = verb;
  line.duration_us = (runtime::Loop::now_ns() - began_ns) / 1000;
  run.core().log->write(line);
}

}  // namespace

runtime::Task<Result<void>> Sequence::run(message::Run& run) const {
  const bool logged = run.core().log_steps && run.core().log;
  run.context = co_await runtime::this_context();
  for (const Placed& placed : steps_) {
    const std::int64_t began_ns = logged ? runtime::Loop::now_ns() : 0;
    Result<void> done = co_await placed.step->run(run);
    if (logged) log_step(run, placed.verb, done, began_ns);
    // Nobody knows how a step ended that ran out of time: it may have been done.
    if (placed.undo && run.saga && (done || done.error().fault == Fault::timeout)) run.saga->done(run, *placed.undo);
    if (!done) {
      // A step inside this one may have said more already.
      if (!run.failure) run.failure.emplace();
      message::Failure& failure = *run.failure;
      if (failure.step.empty()) {
        failure.error = done.error();
        failure.service = run.service;
        failure.step = placed.verb;
        failure.at = placed.at;
      }
      co_return done;
    }
    if (run.ended) break;
  }
  co_return Result<void>();
}

bool Sequence::uses_body() const noexcept {
  return std::any_of(steps_.begin(), steps_.end(), [](const Placed& placed) { return placed.step->uses_body(); });
}

}  // namespace arint::flow
