// SPDX-License-Identifier: GPL-3.0-or-later
// Pacer: how often calls may begin: so many in a time, spread evenly. The generic cell rate algorithm (ITU-T I.371, annex A).
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/units.hpp"

namespace arint::outgoing {

class Pacer {
 public:
  // `calls` in `per`; as many may begin at once when none did for a while. 0 calls: as many as come.
  Pacer(std::int64_t calls, Millis per) noexcept : step_us_(calls ? std::max<std::int64_t>(1, per.count() * 1000 / calls) : 0), burst_us_(per.count() * 1000) {}

  // Zero: it begins now, and counts. Else how long until there is room for one; nothing is counted.
  Millis take(std::int64_t now_ms) noexcept {
    if (!step_us_) return Millis(0);
    const std::int64_t now_us = now_ms * 1000, next_us = std::max(next_us_, now_us) + step_us_;
    if (next_us > now_us + burst_us_) return Millis((next_us - now_us - burst_us_ + 999) / 1000);
    next_us_ = next_us;
    return Millis(0);
  }
  // For one that goes away and comes back: when there will be room for it, behind those who asked before.
  std::int64_t slot(std::int64_t now_ms, Millis wait) noexcept {
    slot_ms_ = std::max(slot_ms_ + step_us_ / 1000, now_ms + wait.count());
    return slot_ms_;
  }

 private:
  std::int64_t step_us_, burst_us_;
  std::int64_t next_us_ = 0, slot_ms_ = 0;
};

}  // namespace arint::outgoing
