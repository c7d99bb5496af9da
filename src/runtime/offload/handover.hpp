// SPDX-License-Identifier: GPL-3.0-or-later
// Handover: one await that is given to a thread of somebody else's (the store's writer) and finished by it, in batches.
//
// OffloadPool runs a job per await; this is for a thread that collects many of them and ends them together. What is handed over
// refers to the awaiting frame, so it cannot be abandoned: a cut context does not shorten the await, and the outcome is the true one.
#pragma once
#include <span>

#include "runtime/core/operation.hpp"

namespace arint::runtime {

class Loop;
struct Engine;

class Handover : public Operation {
 public:
  // `take` hands the object to the other thread, which owns it until finish(). False: it was refused, and the await ends at once.
  using Take = bool (*)(Handover& self) noexcept;
  explicit Handover(Take take) noexcept : take_(take) {}

  bool await_ready() const noexcept { return false; }
  template <class P>
  bool await_suspend(std::coroutine_handle<P> caller) noexcept {
    waiter = caller;
    context = caller.promise().context();
    return begin();
  }
  void await_resume() const noexcept {}

  // From any thread: resumes each on its own loop, in the order given, with one post a loop. Nothing of them may be touched after.
  static void finish(std::span<Handover* const> done);

 private:
  bool begin() noexcept;
  Take take_;
  Engine* engine_ = nullptr;
};

}  // namespace arint::runtime
