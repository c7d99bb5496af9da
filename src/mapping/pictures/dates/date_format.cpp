// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstdlib>

#include "base/text.hpp"
#include "mapping/pictures/dates/calendar.hpp"
#include "mapping/pictures/date.hpp"
#include "mapping/pictures/digits.hpp"
#include "mapping/pictures/dates/names.hpp"

namespace arint::mapping {
namespace {

constexpr std::int64_t millis_per_hour = 3'600'000;

// Splits a time into whole days and the milliseconds of the day, in the given zone. Near the ends of int64 the zone is not applied.
void split_time(std::int64_t millis, int zone_minutes, std::int64_t& days, std::int64_t& in_day) {
  std::int64_t local = 0;
  if (__builtin_add_overflow(millis, static_cast<std::int64_t>(zone_minutes) * 60'000, &local)) local = millis;
  days = local / millis_per_day;
  in_day = local % millis_per_day;
  if (in_day >= 0) return;
  --days;
  in_day += millis_per_day;
}

std::string padded(std::int64_t value, std::size_t width) {
  std::string out = std::to_string(value);
  if (out.size() < width) out.insert(0, width - out.size(), '0');
  return out;
}

// 9.8.4.5: as many digits as the picture has when it has several, else as many as there are; a width says both ends.
std::string fraction(std::int64_t millis, const IntegerPicture& integer, int least, int most) {
  if (integer.style != IntegerPicture::Style::digits) return integer.format(static_cast<double>(millis));
  int digits = integer.mandatory_digits + integer.optional_digits;
  if (least < 0) least = integer.mandatory_digits;
  if (most < 0) most = digits > 1 ? digits : std::max(3, least);
  std::string ascii = padded(millis, 3);
  if (static_cast<int>(ascii.size()) > most) ascii.resize(static_cast<std::size_t>(most));
  while (static_cast<int>(ascii.size()) > std::max(least, 1) && ascii.back() == '0') ascii.pop_back();
  if (static_cast<int>(ascii.size()) < least) ascii.append(static_cast<std::size_t>(std::min(least, 100)) - ascii.size(), '0');
  std::string out;
  append_digits(out, ascii, integer.zero);
  return out;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

}  // namespace

// A point in time in its zone, taken apart once.
struct DatePicture::Moment {
  std::int64_t days = 0;
  std::int64_t in_day = 0;
  Date date{};

  Moment(std::int64_t millis, int zone_minutes) {
    split_time(millis, zone_minutes, days, in_day);
    date = date_of(days);
  }

  std::int64_t component(char which) const {
    switch (which) {
      case 'Y': return date.year;
      case 'M': return date.month;
      case 'D': return date.day;
      case 'd': return days - days_from(date.year, 1, 1) + 1;
      case 'F': return weekday(days);
      case 'W': return week_of(days).of_year;
      case 'w': return week_of(days).of_month;
      case 'X': return week_of(days).year;
      case 'x': return week_of(days).month;
      case 'H': return in_day / millis_per_hour;
      case 'h': return (in_day / millis_per_hour + 11) % 12 + 1;
      case 'm': return in_day / 60'000 % 60;
      case 's': return in_day / 1000 % 60;
      default: return in_day % 1000;
    }
  }
};

void DatePicture::append_part(std::string& out, const Part& part, const Moment& moment) {
  char which = part.component;
  if (which == 'C' || which == 'E') {
    out += "ISO";
    return;
  }
  if (which == 'P') {
    std::string half = moment.in_day < 12 * millis_per_hour ? "am" : "pm";
    out += part.names == Names::upper ? upper(half) : half;
    return;
  }
  std::int64_t value = moment.component(which);
  if (which == 'f') {
    out += fraction(value, part.integer, part.least_width, part.most_width);
    return;
  }
  if (part.names != Names::none) {
    std::string name(which == 'F' ? day_names[static_cast<std::size_t>(value - 1)] : month_names[static_cast<std::size_t>(value - 1)]);
    if (part.names == Names::upper) name = upper(name);
    if (part.names == Names::lower) name = lower(name);
    if (part.most_width >= 0) name.resize(std::min(name.size(), static_cast<std::size_t>(part.most_width)));
    out += name;
    return;
  }
  if (which == 'Y' && part.year_digits >= 0) {
    std::int64_t power = 1;
    for (int i = 0; i < part.year_digits; ++i) power *= 10;
    value %= power;
  }
  part.integer.append(out, value);
}

// 9.8.4.6: one or two digits are hours, with minutes when there are some; three or four are hours and minutes.
Pictured<std::string> DatePicture::format_zone(const Part& part, int zone_minutes) const {
  if (zone_minutes == 0 && part.z_for_zero) return std::string("Z");
  int hours = std::abs(zone_minutes) / 60;
  int minutes = std::abs(zone_minutes) % 60;
  double both = hours * 100 + minutes;
  std::string digits;
  if (part.integer.style == IntegerPicture::Style::digits && part.integer.regular_group > 0) {
    digits = part.integer.format(both);
  } else if (part.integer.mandatory_digits <= 2) {
    digits = part.integer.format(hours);
    if (minutes != 0) digits += ":" + padded(minutes, 2);
  } else if (part.integer.mandatory_digits <= 4) {
    digits = part.integer.format(both);
  } else {
    return PictureError{"D3134", "a time zone has at most four digits, the picture has " + std::to_string(part.integer.mandatory_digits)};
  }
  return (part.component == 'z' ? "GMT" : "") + std::string(zone_minutes < 0 ? "-" : "+") + digits;
}

Pictured<std::string> DatePicture::format(std::int64_t millis, int zone_minutes) const {
  const Moment moment(millis, zone_minutes);
  std::string out;
  out.reserve(32);
  for (const Part& part : parts_) {
    if (part.component == 0) {
      out += part.literal;
    } else if (part.component == 'Z' || part.component == 'z') {
      Pictured<std::string> zone = format_zone(part, zone_minutes);
      if (PictureError* problem = std::get_if<PictureError>(&zone)) return *problem;
      out += std::get<std::string>(zone);
    } else {
      append_part(out, part, moment);
    }
  }
  return out;
}

std::string iso_time(std::int64_t millis, int zone_minutes) {
  std::int64_t days = 0;
  std::int64_t in_day = 0;
  split_time(millis, zone_minutes, days, in_day);
  Date date = date_of(days);
  std::string out;
  if (date.year >= 0 && date.year <= 9999)
    out = padded(date.year, 4);
  else
    out = (date.year < 0 ? "-" : "+") + padded(std::abs(date.year), 6);
  out += '-' + padded(date.month, 2) + '-' + padded(date.day, 2) + 'T' + padded(in_day / millis_per_hour, 2) + ':';
  out += padded(in_day / 60'000 % 60, 2) + ':' + padded(in_day / 1000 % 60, 2) + '.' + padded(in_day % 1000, 3);
  if (zone_minutes == 0) return out += 'Z';
  int offset = std::abs(zone_minutes);
  return out += (zone_minutes < 0 ? '-' : '+') + padded(offset / 60, 2) + ':' + padded(offset % 60, 2);
}

}  // namespace arint::mapping
