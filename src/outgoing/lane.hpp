// SPDX-License-Identifier: GPL-3.0-or-later
// Lane: what an outgoing keeps for each place it calls, when a message says which: its turns, its pace, its circuit breaker. So one
// that is slow or keeps failing holds up nobody but those who call it. One core's.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "outgoing/breaker.hpp"
#include "outgoing/pacer.hpp"
#include "runtime/runtime.hpp"

namespace arint::outgoing {

// Over all cores; a core gets its share, at least one call.
struct LaneLimits {
  std::int64_t in_flight = 1;
  std::int64_t calls = 0;    // that may begin in `per`; 0: as many as come
  Millis per{};
  std::int64_t failures = 0; // in a row, after which it is left alone
  Millis pause{}, longest_pause{};
};

struct Lane {
  Lane(const LaneLimits& limits, unsigned cores, std::string where);
  runtime::Gate gate;
  Pacer pacer;
  CircuitBreaker breaker;
  std::string place;         // where accepted messages stand by for it
  unsigned users = 0;        // calls that refer to it
  std::int64_t used_ms = 0;
};

class Lanes {
 public:
  static constexpr std::size_t most = 4096;
  Lanes(LaneLimits limits, std::string outgoing, unsigned cores) : limits_(limits), outgoing_(std::move(outgoing)), cores_(cores) {}
  // Makes it; of too many, the one that was used least lately is forgotten, with what was known of its health.
  Lane& at(std::string_view endpoint, std::int64_t now_ms);

 private:
  LaneLimits limits_;
  std::string outgoing_;
  unsigned cores_;
  std::map<std::string, std::unique_ptr<Lane>, std::less<>> lanes_{};
};

// Where accepted messages stand by for an outgoing, or for one of the places it calls.
std::string place_of(std::string_view outgoing, std::string_view endpoint = {});

}  // namespace arint::outgoing
