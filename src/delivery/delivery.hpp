// SPDX-License-Identifier: GPL-3.0-or-later
// Delivery: what the workers of a node share: the store, who is woken when something is due, and how many messages stand by at which
// place. Made with the store, and outlives all loops.
#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.hpp"

namespace arint::delivery {

class Worker;

class Delivery {
 public:
  // Takes Store::on_due.
  Delivery(store::Store& store, unsigned cores);
  Delivery(const Delivery&) = delete;

  store::Store& store() noexcept { return store_; }
  // On the core's loop: from now on this worker is woken there; null: nobody is.
  void use(unsigned core, Worker* worker);
  Worker* on(unsigned core) noexcept { return slots_[core].worker; }
  // From any thread: some worker looks for work. Not the one of `except`, when there is another.
  void wake(unsigned except = ~0u);
  // The first core's worker minds the time: it looks by itself at `at_ms`, or is looking now. Who finds that something is due before
  // that wakes it.
  void looks_at(std::int64_t at_ms) noexcept { looks_at_ms_ = at_ms; }
  static constexpr std::int64_t looking = INT64_MAX;
  void due_at(std::int64_t at_ms);
  // On the first core's loop, before each look. Where somebody has set the clock back, adds what is to be done about it to `write`, and
  // whoever stands by may try that much earlier; true: look again soon, what was under way may have been written with the time before.
  bool mind_the_clock(store::Write& write, std::int64_t now_ms);

  // ---- who stands by: numbers of messages, about; they are right again with each found().
  // One more, which need not try before `probe_ms`; wakes who lets it go.
  void stands_by(const std::string& place, std::int64_t probe_ms);
  // As many as the store has there, at least.
  void found(const store::PlaceRead& place);
  // The store has nobody.
  void found_nobody();
  void let_go(const std::string& place, std::int64_t many, bool all);
  // The peer answers: whoever stands by there may try now.
  void answers(const std::string& place);
  struct Place {
    std::int64_t waiting = 0;
    std::int64_t probe_ms = 0;  // nobody tries before
  };
  // Where somebody stands by who may try now.
  bool may_try(const std::string& place, std::int64_t now_ms) const;
  std::vector<std::pair<std::string, Place>> to_try(std::int64_t now_ms) const;
  bool anybody_stands_by() const noexcept { return standing_.load(std::memory_order_relaxed); }

 private:
  struct Slot {
    runtime::Loop* loop = nullptr;
    Worker* worker = nullptr;   // written on its loop, under the mutex
    bool posted = false;
  };
  store::Store& store_;
  mutable std::mutex mutex_;    // guards what follows
  std::vector<Slot> slots_;
  unsigned next_ = 0;
  std::map<std::string, Place> places_;
  std::atomic<bool> standing_{false};
  std::atomic<std::int64_t> looks_at_ms_{looking};
  std::int64_t began_ms_ = 0;   // the time of day when the loop's clock, which never goes back, was at 0
  bool was_set_back_ = false;
  void post(unsigned core);     // with the mutex
};

}  // namespace arint::delivery
