// SPDX-License-Identifier: GPL-3.0-or-later
// Zone: a time zone by its IANA name, from the system's compiled files (RFC 9636, formerly 8536: TZif). Immutable; threads may share one.
//
// Wall time and UTC are not one to one: where clocks go forward some wall times do not exist, where they go back some come twice.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace arint::connectors::timer {

class Zone {
 public:
  // "Europe/Berlin" under /usr/share/zoneinfo (or $TZDIR); "UTC" needs no file. Faults: rejected (no such zone; not a name), malformed.
  static Result<std::shared_ptr<const Zone>> find(const std::string& name);
  // The bytes of a file; for tests.
  static Result<std::shared_ptr<const Zone>> parse(std::string_view bytes);

  // Seconds east of Greenwich at a moment (seconds since 1970).
  std::int64_t offset_at(std::int64_t utc) const noexcept;

  // When a wall time (as seconds, see seconds_from) is. None: `gap` is the moment the clocks jump over it. Twice: both.
  struct When {
    std::optional<std::int64_t> first{}, second{};
    std::int64_t gap = 0;
  };
  When when(std::int64_t wall) const noexcept;

 private:
  struct Change {
    std::int64_t at = 0;       // from this moment on
    std::int64_t offset = 0;
  };
  // The rule behind the last change: POSIX TZ, "CET-1CEST,M3.5.0,M10.5.0/3".
  struct Rule {
    struct Day {
      enum class As : std::uint8_t { julian, zero_based, weekday } as = As::julian;
      int month = 1, week = 1, day = 0;   // weekday; day is a day of the year otherwise
      std::int64_t time = 7'200;          // seconds of that day
    };
    std::int64_t standard = 0, summer = 0;
    bool has_summer = false;
    Day begin{}, end{};
  };
  static bool parse_rule(std::string_view text, Rule& out);
  static bool parse_offset(std::string_view& text, std::int64_t& out);
  static bool parse_day(std::string_view& text, Rule::Day& out);
  static std::int64_t second_of(const Rule::Day& day, std::int64_t year) noexcept;  // wall time
  std::int64_t by_rule(std::int64_t utc) const noexcept;
  std::int64_t change_near(std::int64_t utc, std::int64_t later) const noexcept;

  std::int64_t first_offset_ = 0;
  std::vector<Change> changes_{};
  Rule rule_{};
  bool has_rule_ = false;
};

}  // namespace arint::connectors::timer
