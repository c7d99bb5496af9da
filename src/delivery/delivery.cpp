// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/delivery.hpp"

#include <algorithm>
#include <utility>

#include "delivery/worker.hpp"
#include "runtime/time/wall.hpp"

namespace arint::delivery {
namespace {

constexpr std::int64_t most_corrected_ms = 1'000;

}  // namespace

Delivery::Delivery(store::Store& store, unsigned cores) : store_(store), slots_(cores) {
  store_.on_due([this] { wake(); });
}

void Delivery::use(unsigned core, Worker* worker) {
  const std::lock_guard lock(mutex_);
  slots_[core].loop = &runtime::Loop::current();
  slots_[core].worker = worker;
}

void Delivery::wake(unsigned except) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const unsigned core = next_++ % static_cast<unsigned>(slots_.size());
    if ((core == except && slots_.size() > 1) || !slots_[core].worker) continue;
    post(core);
    return;
  }
}

void Delivery::due_at(std::int64_t at_ms) {
  if (at_ms >= looks_at_ms_) return;
  const std::lock_guard lock(mutex_);
  if (slots_[0].worker) post(0);
}

// A clock that is corrected by little is let be; one that was set back strands what waits for a time.
bool Delivery::mind_the_clock(store::Write& write, std::int64_t now_ms) {
  const std::int64_t began_ms = now_ms - runtime::Loop::now_ns() / 1'000'000, back_ms = std::exchange(began_ms_, began_ms) - began_ms;
  if (was_set_back_) write.add(store::SetBack{now_ms});
  was_set_back_ = back_ms >= most_corrected_ms;
  if (!was_set_back_) return false;
  write.add(store::SetBack{now_ms, back_ms});
  const std::lock_guard lock(mutex_);
  for (auto& [name, place] : places_) place.probe_ms = std::max<std::int64_t>(0, place.probe_ms - back_ms);
  return true;
}

void Delivery::post(unsigned core) {
  Slot& slot = slots_[core];
  if (slot.posted) return;  // it is on its way to look
  slot.posted = true;
  slot.loop->post([this, core] {
    Worker* worker = nullptr;
    {
      const std::lock_guard locked(mutex_);
      slots_[core].posted = false;
      worker = slots_[core].worker;
    }
    if (worker) worker->wake();
  });
}

void Delivery::stands_by(const std::string& place, std::int64_t probe_ms) {
  {
    const std::lock_guard lock(mutex_);
    standing_ = true;
    Place& there = places_[place];
    ++there.waiting;
    there.probe_ms = std::max(there.probe_ms, probe_ms);
  }
  // Nothing may be due for a long time, and then nobody would look.
  due_at(runtime::wall_ms() + 1'000);
}

void Delivery::found(const store::PlaceRead& place) {
  if (!place.waiting) return;
  const std::lock_guard lock(mutex_);
  standing_ = true;
  const auto [there, is_new] = places_.try_emplace(place.name);
  there->second.waiting = std::max(there->second.waiting, place.waiting);
  if (is_new) there->second.probe_ms = place.probe_ms;
}

void Delivery::found_nobody() {
  const std::lock_guard lock(mutex_);
  // Whoever came since the store was asked has a place here.
  std::erase_if(places_, [](const auto& place) { return place.second.waiting <= 0; });
  if (places_.empty()) standing_ = false;
}

void Delivery::let_go(const std::string& place, std::int64_t many, bool all) {
  const std::lock_guard lock(mutex_);
  const auto there = places_.find(place);
  if (there == places_.end()) return;
  there->second.waiting -= many;
  if (all) places_.erase(there);
}

void Delivery::answers(const std::string& place) {
  const std::lock_guard lock(mutex_);
  if (const auto there = places_.find(place); there != places_.end()) there->second.probe_ms = 0;
}

bool Delivery::may_try(const std::string& place, std::int64_t now_ms) const {
  const std::lock_guard lock(mutex_);
  const auto there = places_.find(place);
  return there != places_.end() && there->second.waiting > 0 && there->second.probe_ms <= now_ms;
}

std::vector<std::pair<std::string, Delivery::Place>> Delivery::to_try(std::int64_t now_ms) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::string, Place>> out;
  for (const auto& [name, place] : places_)
    if (place.waiting > 0 && place.probe_ms <= now_ms) out.emplace_back(name, place);
  return out;
}

}  // namespace arint::delivery
