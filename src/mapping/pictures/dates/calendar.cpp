// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/pictures/dates/calendar.hpp"

namespace arint::mapping {
namespace {

constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) noexcept { return a / b - (a % b < 0 ? 1 : 0); }

// Counting years from March puts the leap day at the end of the year, and the lengths of the months become regular:
// the days before month m (March = 0) are (153 m + 2) / 5.
constexpr std::int64_t days_per_400_years = 146'097;
constexpr std::int64_t march_first_of_year_0 = -719'468;  // in days from 1970-01-01

}  // namespace

std::int64_t days_from(std::int64_t year, std::int64_t month, std::int64_t day) noexcept {
  std::int64_t march_based = month - 3;
  year += floor_divide(march_based, 12);
  std::int64_t m = march_based - floor_divide(march_based, 12) * 12;
  std::int64_t era = floor_divide(year, 400);
  std::int64_t y = year - era * 400;
  return march_first_of_year_0 + era * days_per_400_years + y * 365 + y / 4 - y / 100 + (153 * m + 2) / 5 + day - 1;
}

Date date_of(std::int64_t days) noexcept {
  std::int64_t since = days - march_first_of_year_0;
  std::int64_t era = floor_divide(since, days_per_400_years);
  std::int64_t d = since - era * days_per_400_years;  // 0..146096
  // Take out the leap days passed, so that all years have 365 days.
  std::int64_t y = (d - d / 1460 + d / 36'524 - d / 146'096) / 365;
  std::int64_t in_year = d - (y * 365 + y / 4 - y / 100);
  std::int64_t m = (5 * in_year + 2) / 153;
  int day = static_cast<int>(in_year - (153 * m + 2) / 5 + 1);
  int month = static_cast<int>(m < 10 ? m + 3 : m - 9);
  return {era * 400 + y + (month <= 2 ? 1 : 0), month, day};
}

int weekday(std::int64_t days) noexcept {
  // 1970-01-01 was a Thursday.
  return static_cast<int>(days + 3 - floor_divide(days + 3, 7) * 7) + 1;
}

Week week_of(std::int64_t days) noexcept {
  std::int64_t thursday = days - weekday(days) + 4;
  Date date = date_of(thursday);
  std::int64_t in_year = thursday - days_from(date.year, 1, 1);
  return {date.year, static_cast<int>(in_year / 7) + 1, date.month, (date.day - 1) / 7 + 1};
}

}  // namespace arint::mapping
