// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/saga.hpp"

#include <algorithm>

#include "flow/values/described.hpp"

namespace arint::flow {

bool fails_for_good(Fault fault) noexcept {
  const Remedy what = remedy(fault);
  return what != Remedy::give_back && what != Remedy::stop_and_alarm;
}

void Saga::done(message::Run& run, const Sequence& undo) { done_.push_back({run.snapshot(arena_), &undo}); }

void Saga::take(Saga& called) {
  for (Done& one : called.done_) done_.push_back(std::move(one));
  called.done_.clear();
}

runtime::Task<Result<void>> Saga::undo(message::Run& run, const Error& why) {
  while (!done_.empty()) {
    message::Run& own = *done_.back().run;
    own.saga = nullptr;
    own.beside = false;
    own.service = run.service;
    own.now_ms = std::max(own.now_ms, run.now_ms);
    own.give_variable("fault", described(run, why));
    Result<void> undone = co_await done_.back().undo->run(own);
    run.now_ms = std::max(run.now_ms, own.now_ms);
    if (!undone) {
      run.failure = std::move(own.failure);
      co_return undone;
    }
    done_.pop_back();
  }
  co_return Result<void>();
}

}  // namespace arint::flow
