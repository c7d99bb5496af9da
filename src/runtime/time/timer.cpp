// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/time/timer.hpp"

#include <algorithm>
#include <bit>

namespace arint::runtime {

TimerWheel::TimerWheel(std::uint64_t tick) noexcept : tick_(tick) {
  for (auto& level : heads_)
    for (Timer& head : level) head.previous = head.following = &head;
}

void TimerWheel::put(Timer& timer) noexcept {
  const std::uint64_t differing = (tick_ ^ timer.due_tick) | (slots - 1);
  const unsigned level = std::min((63u - static_cast<unsigned>(std::countl_zero(differing))) / bits, levels - 1);
  const unsigned index = (timer.due_tick >> (level * bits)) & (slots - 1);
  occupied_[level] |= std::uint64_t{1} << index;
  Timer& head = heads_[level][index];
  timer.previous = head.previous;
  timer.following = &head;
  head.previous->following = &timer;
  head.previous = &timer;
}

void TimerWheel::arm(Timer& timer, std::uint64_t due_tick) noexcept {
  timer.disarm();
  // The slot of the present tick has already been served.
  timer.due_tick = std::max(due_tick, tick_ + 1);
  put(timer);
}

std::optional<TimerWheel::Slot> TimerWheel::first() noexcept {
  for (unsigned level = 0; level < levels; ++level) {
    while (occupied_[level]) {
      const unsigned shift = level * bits;
      const unsigned here = (tick_ >> shift) & (slots - 1);
      const std::uint64_t ahead = std::rotr(occupied_[level], static_cast<int>(here));
      const unsigned distance = static_cast<unsigned>(std::countr_zero(ahead));
      const unsigned index = (here + distance) & (slots - 1);
      const Timer& head = heads_[level][index];
      if (head.following == &head) {
        occupied_[level] &= ~(std::uint64_t{1} << index);
        continue;
      }
      // Start of that slot in ticks: the digits below are zero.
      return Slot{level, index, ((tick_ >> shift) + distance) << shift};
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> TimerWheel::next() noexcept {
  const std::optional<Slot> slot = first();
  if (!slot) return std::nullopt;
  return slot->tick;
}

void TimerWheel::advance(std::uint64_t tick) noexcept {
  while (const std::optional<Slot> slot = first()) {
    if (slot->tick > tick) break;
    tick_ = std::max(tick_, slot->tick);
    occupied_[slot->level] &= ~(std::uint64_t{1} << slot->index);
    Timer& head = heads_[slot->level][slot->index];
    // Taken off as a whole: what fires may disarm others of this list, or arm new ones.
    Timer due;
    due.previous = head.previous;
    due.following = head.following;
    due.previous->following = &due;
    due.following->previous = &due;
    head.previous = head.following = &head;
    while (due.following != &due) {
      Timer& timer = *due.following;
      timer.disarm();
      if (timer.due_tick <= tick_) timer.fire(timer);
      else put(timer);
    }
    due.previous = due.following = nullptr;
  }
  tick_ = std::max(tick_, tick);
}

}  // namespace arint::runtime
