// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/offload/handover.hpp"

#include <algorithm>
#include <vector>

#include "runtime/core/engine.hpp"

namespace arint::runtime {

bool Handover::begin() noexcept {
  engine_ = current_engine;
  abort = [](Operation& operation, int) noexcept { Engine::wait(operation); };
  // Counted before it is handed over: the other thread may finish it at once. Its post runs on this thread, thus after the wait.
  ++engine_->outstanding;
  if (!take_(*this)) {
    --engine_->outstanding;
    return false;
  }
  Engine::wait(*this);
  return true;
}

void Handover::finish(std::span<Handover* const> done) {
  // All lists first: with the first post, frames begin to go away.
  std::vector<std::pair<Engine*, std::vector<Handover*>>> lists;
  for (Handover* each : done) {
    auto of_engine = std::find_if(lists.begin(), lists.end(), [each](const auto& list) { return list.first == each->engine_; });
    if (of_engine == lists.end()) of_engine = lists.insert(lists.end(), {each->engine_, {}});
    of_engine->second.push_back(each);
  }
  for (auto& [engine, list] : lists)
    engine->post([engine = engine, list = std::move(list)] {
      for (Handover* each : list) {
        --engine->outstanding;
        engine->finish(*each);
      }
    });
}

}  // namespace arint::runtime
