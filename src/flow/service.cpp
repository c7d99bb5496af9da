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
  try {
    done = co_await steps_.run(run);
  } catch (...) {
    done = error_of_exception();
    if (!run.failure) run.failure.emplace();
    run.failure->error = done.error();
    run.failure->service = name_;
  }
  cell.end(runtime::Loop::now_ns() - began_ns);
  if (done) cell.sent(0);
  else cell.fault(done.error().fault);
  run.service = caller;
  co_return done;
}

}  // namespace arint::flow
