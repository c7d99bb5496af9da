// SPDX-License-Identifier: GPL-3.0-or-later
// Hierarchical timer wheel: arming and disarming are O(1) and allocate nothing; a timer is a node in its owner's memory.
//
// Seven levels of 64 slots. A timer sits at the level of the highest 6-bit digit in which its due tick differs from the
// present one, and moves down at most once a level. Ticks are the caller's unit: 16 ms in real time, 1 ms in simulated.
#pragma once
#include <cstdint>
#include <optional>

namespace arint::runtime {

struct Timer {
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  bool armed() const noexcept { return previous != nullptr; }
  void disarm() noexcept {
    if (!previous) return;
    previous->following = following;
    following->previous = previous;
    previous = following = nullptr;
  }

  Timer* previous = nullptr;
  Timer* following = nullptr;
  std::uint64_t due_tick = 0;
  void (*fire)(Timer&) noexcept = nullptr;  // disarmed before the call; may arm and disarm any timer
};

class TimerWheel {
 public:
  explicit TimerWheel(std::uint64_t tick) noexcept;
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  void arm(Timer& timer, std::uint64_t due_tick) noexcept;
  // Fires everything due up to and with `tick`, in order of due tick, ties in order of arming where levels allow.
  void advance(std::uint64_t tick) noexcept;
  // The tick at which advance() has something to do (fire or move down); nullopt when no timer is armed.
  std::optional<std::uint64_t> next() noexcept;
  std::uint64_t tick() const noexcept { return tick_; }

 private:
  static constexpr unsigned bits = 6, slots = 1u << bits, levels = 7;
  struct Slot {
    unsigned level = 0, index = 0;
    std::uint64_t tick = 0;
  };
  std::optional<Slot> first() noexcept;
  void put(Timer& timer) noexcept;

  std::uint64_t tick_;
  std::uint64_t occupied_[levels] = {};  // a bit may outlive its last timer; first() clears it
  Timer heads_[levels][slots];
};

}  // namespace arint::runtime
