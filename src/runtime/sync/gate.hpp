// SPDX-License-Identifier: GPL-3.0-or-later
// Gate: at most so many coroutines inside, at most so many in the queue before it, served in order of arrival.
//
// What `in_flight` and `queue` of an outgoing are made of.
#pragma once
#include <utility>

#include "runtime/core/operation.hpp"
#include "runtime/sync/waiters.hpp"

namespace arint::runtime {

class Gate;

namespace detail {
struct Acquire : Awaitable<Acquire>, WaiterNode {
  explicit Acquire(Gate& gate) noexcept : gate_(gate) {}
  bool begin() noexcept;

 private:
  Gate& gate_;
};
}  // namespace detail

// Nobody may wait when it ends (checked).
class Gate {
 public:
  // `places` that may be held at once, at least 1; `queue`: most that may wait, 0 for none.
  Gate(unsigned places, unsigned queue) noexcept : places_(places), queue_(queue) {}
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  // Takes a place: result 0, then release() it, or hand it to a Permit. -EAGAIN at once when the queue is full; -ETIMEDOUT or
  // -ECANCELED when the context was cut first, and then no place is held.
  detail::Acquire acquire() noexcept { return detail::Acquire(*this); }
  // Without waiting, and never before those who wait.
  bool try_acquire() noexcept;
  // The place goes to whoever has waited longest.
  void release() noexcept;
  // For a reloaded configuration. Fewer places: those inside stay; the next ones wait until there is room.
  void resize(unsigned places, unsigned queue) noexcept;

  unsigned in_use() const noexcept { return in_use_; }
  unsigned waiting() const noexcept { return waiting_; }
  unsigned places() const noexcept { return places_; }

 private:
  friend struct detail::Acquire;
  void admit() noexcept;

  unsigned places_, queue_;
  unsigned in_use_ = 0, waiting_ = 0;
  detail::Waiters waiters_;
};

// Holds a place that acquire() gave, until its scope ends.
class Permit {
 public:
  Permit() = default;
  explicit Permit(Gate& acquired) noexcept : gate_(&acquired) {}
  Permit(Permit&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
  Permit& operator=(Permit&& other) noexcept {
    if (this != &other) {
      give_back();
      gate_ = std::exchange(other.gate_, nullptr);
    }
    return *this;
  }
  ~Permit() { give_back(); }
  void give_back() noexcept {
    if (Gate* gate = std::exchange(gate_, nullptr)) gate->release();
  }

 private:
  Gate* gate_ = nullptr;
};

}  // namespace arint::runtime
