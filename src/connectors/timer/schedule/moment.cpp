// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/timer/schedule/moment.hpp"

namespace arint::connectors::timer {
namespace {

// Exactly `count` digits, off the front.
bool digits(std::string_view& text, std::size_t count, std::int64_t& out) {
  if (text.size() < count) return false;
  out = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    out = out * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return true;
}

bool letter(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

// Off the front, as far as it goes; what may be left out is zero.
bool read(std::string_view& text, Civil& out, bool& has_time) {
  std::int64_t year, month, day, hour = 0, minute = 0, second = 0;
  if (!digits(text, 4, year) || !letter(text, '-') || !digits(text, 2, month) || !letter(text, '-') || !digits(text, 2, day)) return false;
  has_time = letter(text, 'T') || letter(text, ' ');
  if (has_time) {
    if (!digits(text, 2, hour) || !letter(text, ':') || !digits(text, 2, minute)) return false;
    if (letter(text, ':') && !digits(text, 2, second)) return false;
  }
  if (month < 1 || month > 12 || day < 1 || day > days_in(year, static_cast<int>(month)) || hour > 23 || minute > 59 || second > 59) return false;
  out = {year, static_cast<int>(month), static_cast<int>(day), static_cast<int>(hour), static_cast<int>(minute), static_cast<int>(second)};
  return true;
}

}  // namespace

std::int64_t days_from(std::int64_t year, int month, int day) noexcept {
  // Years begin in March, so that the leap day is the last one; 400 years are 146,097 days.
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t of_era = y - era * 400;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

Civil civil_from(std::int64_t seconds) noexcept {
  std::int64_t days = seconds / 86'400, rest = seconds % 86'400;
  if (rest < 0) --days, rest += 86'400;
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const std::int64_t of_era = shifted - era * 146'097;
  const std::int64_t year = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const std::int64_t month = (5 * of_year + 2) / 153;
  Civil out;
  out.day = static_cast<int>(of_year - (153 * month + 2) / 5 + 1);
  out.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  out.year = year + era * 400 + (out.month <= 2);
  out.hour = static_cast<int>(rest / 3'600);
  out.minute = static_cast<int>(rest / 60 % 60);
  out.second = static_cast<int>(rest % 60);
  return out;
}

std::int64_t seconds_from(const Civil& civil) noexcept {
  return days_from(civil.year, civil.month, civil.day) * 86'400 + civil.hour * 3'600 + civil.minute * 60 + civil.second;
}

int weekday_of(std::int64_t days) noexcept {
  const std::int64_t out = (days + 4) % 7;  // 1970-01-01 was a Thursday
  return static_cast<int>(out < 0 ? out + 7 : out);
}

int days_in(std::int64_t year, int month) noexcept {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[month - 1];
}

std::optional<Civil> parse_civil(std::string_view text) {
  Civil out;
  bool has_time;
  if (!read(text, out, has_time) || !text.empty()) return std::nullopt;
  return out;
}

std::optional<std::int64_t> parse_moment(std::string_view text) {
  Civil civil;
  bool has_time;
  if (!read(text, civil, has_time) || !has_time) return std::nullopt;
  std::int64_t millis = 0;
  if (letter(text, '.')) {
    std::int64_t scale = 100, digit;
    bool any = false;
    while (digits(text, 1, digit)) millis += digit * scale, scale /= 10, any = true;
    if (!any) return std::nullopt;
  }
  std::int64_t offset = 0;
  if (!letter(text, 'Z')) {
    const bool east = letter(text, '+');
    std::int64_t hours, minutes;
    if ((!east && !letter(text, '-')) || !digits(text, 2, hours) || !letter(text, ':') || !digits(text, 2, minutes) || hours > 23 || minutes > 59) return std::nullopt;
    offset = (hours * 3'600 + minutes * 60) * (east ? 1 : -1);
  }
  if (!text.empty()) return std::nullopt;
  return (seconds_from(civil) - offset) * 1'000 + millis;
}

}  // namespace arint::connectors::timer
