// SPDX-License-Identifier: GPL-3.0-or-later
// Saga: what a service of an accepted message has done that can be undone: for each step with `compensate:`, in the order they ended.
// When the service fails for good, those steps run, the last first, each on the body and the variables its step left behind. They
// are recorded, retried and continued after a crash like all others.
//
// A called service is a saga of its own: it is undone where it fails; when it ends well, what it did belongs to its caller.
// docs/decisions/0041-saga.md
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flow/step.hpp"

namespace arint::flow {

class Saga {
 public:
  // `arena`: of the whole run; what items of for_each leave behind is copied there.
  explicit Saga(document::Arena& arena) : arena_(arena) {}
  Saga(const Saga&) = delete;
  Saga& operator=(const Saga&) = delete;

  document::Arena& arena() const noexcept { return arena_; }
  bool empty() const noexcept { return done_.empty(); }
  std::size_t size() const noexcept { return done_.size(); }

  // A step of `run` ended well, or nobody knows (timeout). `undo` lives as long as the service.
  void done(message::Run& run, const Sequence& undo);
  // What a called service did, behind what was done before.
  void take(Saga& called);
  // Runs all of it, the last first; $fault says why. The first that fails ends it: run.failure says which, and the others stay.
  runtime::Task<Result<void>> undo(message::Run& run, const Error& why);

  // An earlier activation began to undo the service for this: no call that it had not made is made any more.
  std::optional<Error> undone_for{};

 private:
  struct Done {
    std::unique_ptr<message::Run> run;
    const Sequence* undo;
  };
  document::Arena& arena_;
  std::vector<Done> done_{};
};

// Is a service with this fault to be undone? Not when we are stopping, and not when a person sees to it and the run goes on (refused).
bool fails_for_good(Fault fault) noexcept;

}  // namespace arint::flow
