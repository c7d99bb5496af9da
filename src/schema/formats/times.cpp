// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema/formats/characters.hpp"
#include "schema/formats/formats.hpp"

namespace arint::schema {
namespace {

int days_in(int year, int month) noexcept {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool date(Cursor& in) noexcept {
  int year = in.digits(4);
  if (year < 0 || !in.take('-')) return false;
  int month = in.digits(2);
  if (month < 1 || month > 12 || !in.take('-')) return false;
  int day = in.digits(2);
  return day >= 1 && day <= days_in(year, month);
}

bool time(Cursor& in) noexcept {
  int hour = in.digits(2);
  if (hour < 0 || hour > 23 || !in.take(':')) return false;
  int minute = in.digits(2);
  if (minute < 0 || minute > 59 || !in.take(':')) return false;
  int second = in.digits(2);
  if (second < 0 || second > 60) return false;
  if (in.take('.') && in.skip_digits() == 0) return false;
  int offset = 0;
  if (!in.take_any_case('z')) {
    bool west = in.peek() == '-';
    if (!in.take('+') && !in.take('-')) return false;
    int hours = in.digits(2);
    if (hours < 0 || hours > 23 || !in.take(':')) return false;
    int minutes = in.digits(2);
    if (minutes < 0 || minutes > 59) return false;
    offset = (hours * 60 + minutes) * (west ? -1 : 1);
  }
  // A leap second comes at the end of a day of UTC (RFC 3339, 5.7).
  int utc = (hour * 60 + minute - offset + 2 * 1440) % 1440;
  return second < 60 || utc == 1439;
}

// Designators in their order, each at most once and none left out between two: "1Y2M3D".
bool amounts(Cursor& in, std::string_view order) noexcept {
  std::size_t next = std::string_view::npos;
  while (is_digit(in.peek())) {
    in.skip_digits();
    std::size_t found = in.at_end() ? std::string_view::npos : order.find(in.peek());
    if (found == std::string_view::npos || (next != std::string_view::npos && found != next)) return false;
    in.take(in.peek());
    next = found + 1;
  }
  return next != std::string_view::npos;
}

}  // namespace

bool is_date(std::string_view text) {
  Cursor in(text);
  return date(in) && in.at_end();
}

bool is_time(std::string_view text) {
  Cursor in(text);
  return time(in) && in.at_end();
}

bool is_date_time(std::string_view text) {
  Cursor in(text);
  return date(in) && in.take_any_case('t') && time(in) && in.at_end();
}

bool is_duration(std::string_view text) {
  Cursor in(text);
  if (!in.take('P')) return false;
  if (text.ends_with('W')) {
    std::size_t digits = in.skip_digits();
    return digits > 0 && in.take('W') && in.at_end();
  }
  bool has_date = is_digit(in.peek());
  if (has_date && !amounts(in, "YMD")) return false;
  if (in.at_end()) return has_date;
  return in.take('T') && amounts(in, "HMS") && in.at_end();
}

}  // namespace arint::schema
