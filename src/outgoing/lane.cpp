// SPDX-License-Identifier: GPL-3.0-or-later
#include "outgoing/lane.hpp"

#include <algorithm>

namespace arint::outgoing {
namespace {

// Runs that find no turn wait for it in their callers' time, or stand by in the store.
constexpr unsigned most_waiting = 1'000'000;

}  // namespace

Lane::Lane(const LaneLimits& limits, unsigned cores, std::string where)
    : gate(static_cast<unsigned>(std::max<std::int64_t>(1, limits.in_flight / cores)), most_waiting),
      pacer(limits.calls, Millis(limits.per.count() * cores)),
      breaker(limits.failures, limits.pause, limits.longest_pause),
      place(std::move(where)) {}

Lane& Lanes::at(std::string_view endpoint, std::int64_t now_ms) {
  auto found = lanes_.find(endpoint);
  if (found == lanes_.end()) {
    if (lanes_.size() >= most) {
      auto oldest = lanes_.end();
      for (auto one = lanes_.begin(); one != lanes_.end(); ++one)
        if (!one->second->users && (oldest == lanes_.end() || one->second->used_ms < oldest->second->used_ms)) oldest = one;
      if (oldest != lanes_.end()) lanes_.erase(oldest);
    }
    found = lanes_.emplace(std::string(endpoint), std::make_unique<Lane>(limits_, cores_, place_of(outgoing_, endpoint))).first;
  }
  found->second->used_ms = now_ms;
  return *found->second;
}

std::string place_of(std::string_view outgoing, std::string_view endpoint) {
  std::string out = "outgoing/";
  out += outgoing;
  if (endpoint.empty()) return out;
  out += '/';
  out += endpoint;
  return out;
}

}  // namespace arint::outgoing
