// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/sync/gate.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "runtime/core/engine.hpp"

namespace arint::runtime {

Gate::~Gate() {
  if (waiters_.empty()) return;
  std::fprintf(stderr, "arint: a Gate ended while a coroutine waits for it\n");
  std::abort();
}

bool Gate::try_acquire() noexcept {
  if (in_use_ >= places_ || waiting_) return false;
  ++in_use_;
  return true;
}

void Gate::release() noexcept {
  --in_use_;
  admit();
}

void Gate::admit() noexcept {
  while (in_use_ < places_ && waiting_) {
    detail::WaiterNode* node = waiters_.first();
    waiters_.remove(*node);
    --waiting_;
    ++in_use_;  // handed over here: nobody can slip in before the waiter runs
    current_engine->finish_later(static_cast<detail::Acquire&>(*node));
  }
}

void Gate::resize(unsigned places, unsigned queue) noexcept {
  places_ = places;
  queue_ = queue;
  admit();
}

bool detail::Acquire::begin() noexcept {
  if (gate_.try_acquire()) return false;
  if (gate_.waiting_ >= gate_.queue_) {
    result = -EAGAIN;
    return false;
  }
  abort = [](Operation& operation, int error) noexcept {
    auto& self = static_cast<Acquire&>(operation);
    self.gate_.waiters_.remove(self);
    --self.gate_.waiting_;
    self.result = -error;
    current_engine->finish_later(self);
  };
  gate_.waiters_.push(*this);
  ++gate_.waiting_;
  Engine::wait(*this);
  return true;
}

}  // namespace arint::runtime
