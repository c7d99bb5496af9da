// SPDX-License-Identifier: GPL-3.0-or-later
// Event: wakes coroutines of the same loop, such as a writer that has something to write, or a channel's consumer.
#pragma once
#include "runtime/core/operation.hpp"
#include "runtime/sync/waiters.hpp"

namespace arint::runtime {

class Event;

namespace detail {
struct WaitEvent : Awaitable<WaitEvent>, WaiterNode {
  explicit WaitEvent(Event& event) noexcept : event_(event) {}
  bool begin() noexcept;

 private:
  Event& event_;
};
}  // namespace detail

// Nobody may wait when it ends (checked).
class Event {
 public:
  Event() = default;
  ~Event();
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  // Wakes the coroutine that has waited longest, in the next round; with none waiting it is remembered, once.
  void set() noexcept;
  void reset() noexcept { set_ = false; }
  // Result 0. Consumes the set state: one set() lets one wait() through.
  detail::WaitEvent wait() noexcept { return detail::WaitEvent(*this); }

 private:
  friend struct detail::WaitEvent;
  bool set_ = false;
  detail::Waiters waiters_;
};

}  // namespace arint::runtime
