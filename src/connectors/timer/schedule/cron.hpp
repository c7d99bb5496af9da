// SPDX-License-Identifier: GPL-3.0-or-later
// Cron: when a line of five fields is due: minute, hour, day of the month, month, day of the week.
//
//   0 2 * * *          every night at two             */15 8-18 * * mon-fri    every quarter of the office hours
//   0 9 1,15 * *       on the first and the fifteenth 0 0 * * 7                on Sundays (0 is Sunday too)
//
// `@hourly @daily @weekly @monthly @yearly` stand for lines. When both days are restricted, one of them is enough (POSIX crontab).
//
// Where the clocks change: a line whose hour begins with `*` follows the hours as they pass, so that it is due twice in an hour that comes
// twice, and not in one that is skipped. Any other line is about a time of day: it is due once each day, the first time where that time comes
// twice, and where it is skipped, at the moment the clocks jump. Source of the fields: POSIX.1-2017, crontab; of names, steps and the rule
// about clocks: cron(8) and crontab(5) of Debian.
#pragma once
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "connectors/timer/schedule/zone.hpp"

namespace arint::connectors::timer {

class Cron {
 public:
  // Fault rejected: which field is wrong and what it may be; or the line never comes (31 February).
  static Result<Cron> parse(std::string_view line);

  // The first time it is due after `utc` (seconds since 1970). Nullopt: not within 40 years.
  std::optional<std::int64_t> next(const Zone& zone, std::int64_t utc) const;
  // Follows the hours as they pass.
  bool hourly() const noexcept { return hourly_; }

 private:
  bool due_on(std::int64_t day) const noexcept;
  std::optional<std::int64_t> next_wall(std::int64_t wall, std::int64_t last_day) const noexcept;

  std::bitset<60> minutes_{};
  std::bitset<24> hours_{};
  std::bitset<32> days_{};
  std::bitset<13> months_{};
  std::bitset<8> weekdays_{};
  bool any_day_ = true, any_weekday_ = true, hourly_ = true;
};

}  // namespace arint::connectors::timer
