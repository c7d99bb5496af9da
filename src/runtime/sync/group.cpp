// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/sync/group.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "runtime/core/engine.hpp"

namespace arint::runtime {

TaskGroup::~TaskGroup() {
  if (!count()) return;
  std::fprintf(stderr, "arint: a TaskGroup ended with %zu tasks alive; its owner must join() it first\n", count());
  std::abort();
}

void TaskGroup::spawn(Task<> child) {
  start(std::move(child), cancelled_, parent_ ? parent_->due_ms() : Context::no_limit);
}

void TaskGroup::cancel(int error) noexcept {
  if (!cancelled_ || cancelled_ == ETIMEDOUT) cancelled_ = error;
  cancel_all(error);
}

void TaskGroup::ended(std::exception_ptr exception) noexcept {
  if (exception) {
    if (!first_failure_) first_failure_ = std::move(exception);
    if (siblings_ == Siblings::cancel) cancel(ECANCELED);
  }
  if (!count() && joiner_) current_engine->finish_later(*std::exchange(joiner_, nullptr));
}

bool TaskGroup::Join::begin() noexcept {
  if (!group_.count()) return false;
  if (group_.joiner_) {
    std::fprintf(stderr, "arint: a TaskGroup is joined twice at the same time\n");
    std::abort();
  }
  group_.joiner_ = this;
  abort = [](Operation& operation, int error) noexcept {
    auto& self = static_cast<Join&>(operation);
    // Cut, but not finished: it waits on for the children, and may be cut again (stopped after a timeout).
    Engine::wait(self);
    self.group_.cancel(error);
  };
  Engine::wait(*this);
  // Already cut: the children are told, and waited for all the same.
  if (context->error()) group_.cancel(context->error());
  return true;
}

std::exception_ptr TaskGroup::Join::await_resume() noexcept {
  group_.cancelled_ = 0;
  return std::exchange(group_.first_failure_, nullptr);
}

}  // namespace arint::runtime
