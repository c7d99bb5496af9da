// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/sync/event.hpp"

#include <cstdio>
#include <cstdlib>

#include "runtime/core/engine.hpp"

namespace arint::runtime {

Event::~Event() {
  if (waiters_.empty()) return;
  std::fprintf(stderr, "arint: an Event ended while a coroutine waits for it\n");
  std::abort();
}

void Event::set() noexcept {
  detail::WaiterNode* node = waiters_.first();
  if (!node) {
    set_ = true;
    return;
  }
  waiters_.remove(*node);
  current_engine->finish_later(static_cast<detail::WaitEvent&>(*node));
}

bool detail::WaitEvent::begin() noexcept {
  Engine& engine = *current_engine;
  if (event_.set_) {
    event_.set_ = false;
    if (engine.spend()) return false;
    // Over budget: it has its event, and goes on in the next round.
    abort = [](Operation&, int) noexcept {};
    engine.finish_later(*this);
    return true;
  }
  abort = [](Operation& operation, int error) noexcept {
    auto& self = static_cast<WaitEvent&>(operation);
    self.event_.waiters_.remove(self);
    self.result = -error;
    current_engine->finish_later(self);
  };
  event_.waiters_.push(*this);
  Engine::wait(*this);
  return true;
}

}  // namespace arint::runtime
