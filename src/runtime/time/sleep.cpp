// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/time/sleep.hpp"

#include <algorithm>

#include "runtime/core/engine.hpp"

namespace arint::runtime {

bool Sleep::begin() noexcept {
  Engine& engine = *current_engine;
  Engine::wait(*this);
  abort = [](Operation& operation, int error) noexcept {
    auto& self = static_cast<Sleep&>(operation);
    self.disarm();
    self.result = -error;
    current_engine->finish_later(self);
  };
  if (duration_.count() <= 0) {
    step = [](Operation& operation) noexcept { current_engine->finish(operation); };
    engine.next_round(*this);
    return true;
  }
  fire = [](Timer& timer) noexcept { current_engine->finish_later(static_cast<Sleep&>(timer)); };
  constexpr Millis longest = std::chrono::hours(24 * 365 * 50);
  engine.arm(*this, engine.arming_ms() + std::min(duration_, longest).count());
  return true;
}

}  // namespace arint::runtime
