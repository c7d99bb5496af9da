// SPDX-License-Identifier: GPL-3.0-or-later
// The proleptic Gregorian calendar (ISO 8601), in days and milliseconds from 1970-01-01. Year 0 is the year before year 1.
#pragma once
#include <cstdint>

namespace arint::mapping {

inline constexpr std::int64_t millis_per_day = 86'400'000;

struct Date {
  std::int64_t year;
  int month;  // 1..12
  int day;    // 1..31
};

// A month outside 1..12 and any day run over into the months and years beside, as in ECMA-262, MakeDay.
std::int64_t days_from(std::int64_t year, std::int64_t month, std::int64_t day) noexcept;
Date date_of(std::int64_t days) noexcept;

int weekday(std::int64_t days) noexcept;  // 1 Monday .. 7 Sunday

// A week belongs to the year, and to the month, that its Thursday lies in (ISO 8601, 3.2.2).
struct Week {
  std::int64_t year;
  int of_year;   // 1..53
  int month;     // 1..12
  int of_month;  // 1..5
};
Week week_of(std::int64_t days) noexcept;

}  // namespace arint::mapping
