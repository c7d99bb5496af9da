// SPDX-License-Identifier: GPL-3.0-or-later
// Delivery: what the workers of a node share: the store, who is woken when something is due, and how many messages stand by at which
// place. Made with the store, and outlives all loops.
#pragma once
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.hpp"

namespace arint::delivery {

class Worker;

// The place of those who wait for an outgoing.
std::string place_of(std::string_view outgoing);

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

  // One more stands by at a place, as the store has it. The first core's worker counts those who do, as long as anybody does.
  void stands_by(const std::string& place);
  // Whether somebody may stand by since this was asked last; whoever finds that somebody does says so again.
  bool take_to_count() noexcept { return to_count_.exchange(false); }
  void count_again() noexcept { to_count_ = true; }
  bool to_count() const noexcept { return to_count_; }

  // Messages at a place, about: never less than nothing, and right again after a restart. Lives as long as this.
  std::atomic<std::int64_t>& standing_by(const std::string& place);
  std::vector<std::string> places() const;
  bool anybody_stands_by() const noexcept { return standing_.load(std::memory_order_relaxed); }

 private:
  void post(unsigned core);   // under the mutex
  struct Slot {
    runtime::Loop* loop = nullptr;
    Worker* worker = nullptr;   // written on its loop, under the mutex
    bool posted = false;
  };
  store::Store& store_;
  mutable std::mutex mutex_;    // guards what follows
  std::vector<Slot> slots_;
  unsigned next_ = 0;
  std::map<std::string, std::atomic<std::int64_t>> places_;
  std::atomic<bool> standing_{false}, to_count_{false};
};

}  // namespace arint::delivery
