// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/delivery.hpp"

#include "delivery/worker.hpp"

namespace arint::delivery {

std::string place_of(std::string_view outgoing) { return "outgoing/" + std::string(outgoing); }

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

void Delivery::stands_by(const std::string& place) {
  standing_by(place).fetch_add(1, std::memory_order_relaxed);
  if (to_count_.exchange(true)) return;
  // Nothing may be due for a long time, and then nobody would look.
  const std::lock_guard lock(mutex_);
  if (slots_[0].worker) post(0);
}

std::atomic<std::int64_t>& Delivery::standing_by(const std::string& place) {
  standing_ = true;
  const std::lock_guard lock(mutex_);
  return places_[place];
}

std::vector<std::string> Delivery::places() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  for (const auto& [name, count] : places_)
    if (count.load(std::memory_order_relaxed) > 0) out.push_back(name);
  return out;
}

}  // namespace arint::delivery
