// SPDX-License-Identifier: GPL-3.0-or-later
// Balancer: which address of an upstream gets the next call, and which are left alone for a while. No sockets, no clock of its own:
// every call is told the time in milliseconds of any steady clock. Cost of a pick: one pass over the addresses.
//
// An address is left alone when
//   it could not be connected to: for 1 s, doubled each time, 30 s at most; that is a fact, so nothing caps it
//   it failed `eject_failures` times in a row: for `eject_for`, once more of it each time; at most `eject_at_most` percent at once
//   the active check says it is down: until the check says it is up
// When all are left alone, all are used: nobody is turned away on suspicion.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/units.hpp"

namespace arint::http {

enum class BalanceBy : std::uint8_t { round_robin, least_requests, consistent_hash };

struct BalanceOptions {
  BalanceBy by = BalanceBy::round_robin;
  Millis slow_start{0};              // how long an address that is new, or back, gets less than its share; 0 = it does not
  std::uint32_t eject_failures = 5;  // 0 = never
  Millis eject_for{30'000};
  std::uint32_t eject_at_most = 50;  // percent of the addresses, rounded down
  std::uint32_t down_after = 3, up_after = 2;  // active checks in a row
};

// Load and health of one address. Made by its owner, who keeps it until remove().
struct Target {
  std::uint64_t hash = 0;           // of its text: the same on every core and node
  bool reserve = false;             // used while no other is well: a name's addresses of the second family
  bool down = false;                // says the active check
  std::uint32_t in_flight = 0;
  std::uint32_t failures = 0;       // in a row
  std::uint32_t unreached = 0;      // in a row
  std::uint32_t ejections = 0;      // so far without a good stretch between
  std::uint32_t checks = 0;         // in a row that contradict `down`
  std::int64_t alone_until_ms = 0;  // could not be connected to
  std::int64_t ejected_until_ms = 0;
  std::int64_t since_ms = 0;        // slow start counts from here; 0 = it has its full share
  std::int64_t credit = 0;          // round robin
};

class Balancer {
 public:
  explicit Balancer(const BalanceOptions& options) noexcept : options_(options) {}

  // `fresh`: it joins others that work already, and begins slowly.
  void add(Target& target, bool fresh, std::int64_t now_ms);
  void remove(Target& target) noexcept;
  std::size_t size() const noexcept { return targets_.size(); }

  // The address for the next call, none of `tried`; nullptr when there is no other. `key`: for consistent_hash; without one
  // the turn decides. The same key gives the same address on every core, and moves only when that one comes or goes.
  Target* pick(std::int64_t now_ms, std::optional<std::uint64_t> key, std::span<Target* const> tried) noexcept;

  void answered(Target& target, std::int64_t now_ms) noexcept;     // a proper answer, whatever it says of the message
  bool failed(Target& target, std::int64_t now_ms) noexcept;       // no answer, or 502, 503, 504. True: it is ejected now
  void not_reached(Target& target, std::int64_t now_ms) noexcept;  // nothing was sent
  void checked(Target& target, bool well, std::int64_t now_ms) noexcept;

  bool usable(const Target& target, std::int64_t now_ms) const noexcept {
    return !target.down && now_ms >= target.ejected_until_ms && now_ms >= target.alone_until_ms;
  }
  // Percent of its share.
  std::int64_t weight(const Target& target, std::int64_t now_ms) const noexcept;

 private:
  BalanceOptions options_;
  std::vector<Target*> targets_{};
  std::size_t turn_ = 0;
};

// FNV-1a and a finaliser: equal on every machine.
std::uint64_t hash_of(std::string_view text) noexcept;

}  // namespace arint::http
