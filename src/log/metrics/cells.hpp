// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers themselves: one set per core, written by that core's thread alone, added up by whoever scrapes.
//
// With one writer a relaxed load and store is enough: no locked instruction, no cache line shared between cores.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

#include "base/result.hpp"

namespace arint::log {

class Number {
 public:
  void add(std::uint64_t amount = 1) noexcept { value_.store(get() + amount, std::memory_order_relaxed); }
  void take(std::uint64_t amount = 1) noexcept { value_.store(get() - amount, std::memory_order_relaxed); }
  std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Durations in buckets that double: up to 16 us, 32 us, ... 67 s, and beyond. The bucket is found by counting bits.
class Histogram {
 public:
  static constexpr unsigned first_power = 4;   // 2^4 us
  static constexpr unsigned bounds = 23;       // the last is 2^26 us; one more bucket holds what is longer
  static double bound_seconds(unsigned bucket) noexcept { return static_cast<double>(1ull << (bucket + first_power)) / 1e6; }

  static unsigned bucket_of(std::int64_t nanoseconds) noexcept {
    std::uint64_t micros = (static_cast<std::uint64_t>(std::max<std::int64_t>(nanoseconds, 1)) + 999) / 1000;
    unsigned power = static_cast<unsigned>(std::bit_width(micros - 1));  // the least p with micros <= 2^p
    return std::min(power <= first_power ? 0u : power - first_power, bounds);
  }

  void observe(std::int64_t nanoseconds) noexcept {
    counts_[bucket_of(nanoseconds)].add();
    sum_.add(static_cast<std::uint64_t>(std::max<std::int64_t>(nanoseconds, 0)));
  }
  std::uint64_t count(unsigned bucket) const noexcept { return counts_[bucket].get(); }
  std::uint64_t sum_nanoseconds() const noexcept { return sum_.get(); }

 private:
  std::array<Number, bounds + 1> counts_;
  Number sum_;
};

// What every channel, service and outgoing counts, on one core.
//
//            received                  sent                  in flight, seconds
//   channel  messages taken in         answers given         from the message's end to the answer's end
//   service  runs begun                runs that ended well  a run
//   outgoing answers got               calls made            a call, with its wait for the answer
class alignas(64) Cell {
 public:
  void received(std::uint64_t bytes) noexcept { received_.add(), received_bytes_.add(bytes); }
  void sent(std::uint64_t bytes) noexcept { sent_.add(), sent_bytes_.add(bytes); }
  void fault(Fault fault) noexcept { faults_[static_cast<std::size_t>(fault)].add(); }
  // A pair for each piece of work, on the same core.
  void begin() noexcept { in_flight_.add(); }
  void end(std::int64_t nanoseconds) noexcept { in_flight_.take(), seconds_.observe(nanoseconds); }

  Number received_, sent_, received_bytes_, sent_bytes_, in_flight_;
  std::array<Number, fault_count> faults_;
  Histogram seconds_;
};

}  // namespace arint::log
