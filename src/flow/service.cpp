// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/service.hpp"

#include <exception>

namespace arint::flow {
namespace {

// What escaped from a step, in words for the log. Memory limits are the message's fault, anything else is ours.
Error error_of_exception() {
  try {
    throw;
  } catch (const Bug& bug) {
    return Error{Fault::bug, bug.sentence};
  } catch (const document::ArenaFull& full) {
    return Error{Fault::rejected, "the message needs more than " + to_text(Size{full.limit_bytes}) + " of memory (limits.memory)", 413};
  } catch (const std::bad_alloc&) {
    return Error{Fault::busy, "out of memory"};
  } catch (const std::exception& other) {
    return Error{Fault::bug, std::string("an exception left a step: ") + other.what()};
  } catch (...) {
    return Error{Fault::bug, "something unknown left a step"};
  }
}

}  // namespace

runtime::Task<Result<void>> Service::run_steps(message::Run& run) const {
  Result<void> done;
  try {
    done = co_await steps_.run(run);
  } catch (...) {
    done = escaped(run);
  }
  co_return done;
}

Error Service::escaped(message::Run& run) const {
  Error error = error_of_exception();
  if (!run.failure) run.failure.emplace();
  run.failure->error = error;
  run.failure->service = name_;
  return error;
}

runtime::Task<Result<void>> Service::undo(message::Run& run, Saga& own, const Error& why) const {
  Result<void> done;
  try {
    done = co_await own.undo(run, why);
  } catch (...) {
    done = escaped(run);
  }
  co_return done;
}

runtime::Task<Result<void>> Service::run_as_saga(message::Run& run) const {
  message::Journal& journal = *run.journal;
  Saga* const caller = run.saga;
  Saga own(caller ? caller->arena() : run.arena());
  const std::string step = journal.step_of(run, "services." + name_ + ".compensate");
  own.undone_for = journal.undone_for(step);
  run.saga = &own;
  Result<void> done = co_await run_steps(run);
  run.saga = caller;
  if (done) {
    if (caller) caller->take(own);
    co_return done;
  }
  if (journal.leaving() || own.empty() || !fails_for_good(done.error().fault)) co_return done;
  Error why = own.undone_for.value_or(done.error());
  if (!own.undone_for) journal.undo(step, why);
  const std::size_t count = own.size();
  std::optional<message::Failure> first = run.failure;
  Result<void> undone = co_await undo(run, own, why);
  if (!undone) {
    if (journal.leaving()) co_return undone;
    Error failed = undone.error();
    failed.sentence += " (while undoing what was done before: " + why.sentence + ")";
    co_return failed;
  }
  run.failure = std::move(first);
  why.sentence += count == 1 ? "; the step before it that can be undone was undone" : "; the " + std::to_string(count) + " steps before it that can be undone were undone";
  co_return why;
}

runtime::Task<Result<void>> Service::run(message::Run& run) const {
  if (run.call_depth > most_nested_calls)
    co_return Error{Fault::bug, "services call each other more than 16 deep; " + name_ + " was the last"};
  std::string_view caller = run.service;
  run.service = name_;
  log::Cell& cell = numbers_->on(run.core().index);
  const std::int64_t began_ns = runtime::Loop::now_ns();
  cell.received(0);
  cell.begin();
  Result<void> done;
  if (run.journal) {
    done = co_await run_as_saga(run);
  } else {
    // As run_steps(), without its frame.
    try {
      done = co_await steps_.run(run);
    } catch (...) {
      done = escaped(run);
    }
  }
  cell.end(runtime::Loop::now_ns() - began_ns);
  if (done) cell.sent(0);
  else cell.fault(done.error().fault);
  run.service = caller;
  co_return done;
}

}  // namespace arint::flow
