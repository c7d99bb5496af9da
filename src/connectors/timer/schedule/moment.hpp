// SPDX-License-Identifier: GPL-3.0-or-later
// Moments as a configuration writes them, and days of the Gregorian calendar.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace arint::connectors::timer {

// Seconds and parts of civil time, without saying where.
struct Civil {
  std::int64_t year = 1970;
  int month = 1, day = 1, hour = 0, minute = 0, second = 0;
};

// Days since 1970-01-01, of the proleptic Gregorian calendar.
std::int64_t days_from(std::int64_t year, int month, int day) noexcept;
Civil civil_from(std::int64_t seconds) noexcept;   // seconds since 1970-01-01T00:00:00 of the same place
std::int64_t seconds_from(const Civil& civil) noexcept;
int weekday_of(std::int64_t days) noexcept;        // 0 = Sunday
int days_in(std::int64_t year, int month) noexcept;

// "2026-03-29", "2026-03-29T02:30", "2026-03-29T02:30:00"; what is left out is zero. Nullopt: it is none, or no such day.
std::optional<Civil> parse_civil(std::string_view text);

// RFC 3339, milliseconds since 1970: "2026-03-29T02:30:00Z", "2026-03-29T02:30:00.250+01:00".
std::optional<std::int64_t> parse_moment(std::string_view text);

}  // namespace arint::connectors::timer
