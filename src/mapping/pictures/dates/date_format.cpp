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

std::int64_t component(char which, std::int64_t days, std::int64_t in_day) {
  switch (which) {
    case 'Y': return date_of(days).year;
    case 'M': return date_of(days).month;
    case 'D': return date_of(days).day;
    case 'd': return days - days_from(date_of(days).year, 1, 1) + 1;
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

std::string DatePicture::format_part(const Part& part, std::int64_t days, std::int64_t in_day) const {
  char which = part.component;
  if (which == 'C' || which == 'E') return "ISO";
  if (which == 'P') {
    std::string out = in_day < 12 * millis_per_hour ? "am" : "pm";
    return part.names == Names::upper ? upper(out) : out;
  }
  std::int64_t value = component(which, days, in_day);
  if (which == 'f') return fraction(value, part.integer, part.least_width, part.most_width);
  if (part.names != Names::none) {
    std::string name(which == 'F' ? day_names[static_cast<std::size_t>(value - 1)] : month_names[static_cast<std::size_t>(value - 1)]);
    if (part.names == Names::upper) name = upper(name);
    if (part.names == Names::lower) name = lower(name);
    if (part.most_width >= 0) name.resize(std::min(name.size(), static_cast<std::size_t>(part.most_width)));
    return name;
  }
  if (which == 'Y' && part.year_digits >= 0) {
    std::int64_t power = 1;
    for (int i = 0; i < part.year_digits; ++i) power *= 10;
    value %= power;
  }
  return part.integer.format(static_cast<double>(value));
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
  std::int64_t days = 0;
  std::int64_t in_day = 0;
  split_time(millis, zone_minutes, days, in_day);
  std::string out;
  for (const Part& part : parts_) {
    if (part.component == 0) {
      out += part.literal;
    } else if (part.component == 'Z' || part.component == 'z') {
      Pictured<std::string> zone = format_zone(part, zone_minutes);
      if (PictureError* problem = std::get_if<PictureError>(&zone)) return *problem;
      out += std::get<std::string>(zone);
    } else {
      out += format_part(part, days, in_day);
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
