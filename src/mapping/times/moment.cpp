// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/times/moment.hpp"

#include <algorithm>
#include <cstdio>

#include "mapping/pictures/dates/calendar.hpp"
#include "mapping/times/scanner.hpp"

namespace arint::mapping {
namespace {

constexpr std::int64_t seconds_per_day = 86'400, nanos_per_second = 1'000'000'000;

int last_day(std::int64_t year, int month) { return static_cast<int>(days_from(year, month + 1, 1) - days_from(year, month, 1)); }

// Quotient and remainder rounded down, so that the remainder is never negative.
std::int64_t floor_div(std::int64_t value, std::int64_t by) { return value / by - (value % by < 0); }

// Up to nine digits after a point.
std::optional<std::int64_t> fraction(Scanner& in, int& digits) {
  std::int64_t nanos = 0, worth = nanos_per_second / 10;
  const std::size_t before = in.at();
  for (int digit; (digit = in.digit()) >= 0; worth /= 10) nanos += digit * worth;
  digits = static_cast<int>(std::min<std::size_t>(in.at() - before, 9));
  return in.at() > before ? std::optional(nanos) : std::nullopt;
}

}  // namespace

std::optional<Duration> Duration::parse(std::string_view text) {
  Scanner in(text);
  const std::int64_t sign = in.take('-') ? -1 : 1;
  if (!in.take('P')) return std::nullopt;
  Duration out;
  // The letters in the order in which they may come; each at most once.
  constexpr std::string_view letters = "YMWDTHMS";
  std::size_t next = 0;
  bool any = false;
  while (!in.at_end()) {
    if (next <= 4 && in.take('T')) {
      next = 5;
      if (in.at_end()) return std::nullopt;
      continue;
    }
    const std::optional<std::int64_t> count = in.number(9);
    if (!count) return std::nullopt;
    int digits = 0;
    if (next >= 5 && in.take('.')) {
      const std::optional<std::int64_t> nanos = fraction(in, digits);
      if (!nanos) return std::nullopt;
      out.nanos = sign * *nanos;
    }
    const std::size_t found = letters.substr(0, next < 5 ? 4 : 8).find(in.next(), next);
    if (found == std::string_view::npos || (digits && letters[found] != 'S')) return std::nullopt;
    constexpr std::int64_t worth[] = {12, 1, 7, 1, 0, 3600, 60, 1};
    (found < 2 ? out.months : found < 4 ? out.days : out.seconds) += sign * *count * worth[found];
    out.timed |= found > 4;
    any = true;
    next = found + 1;
  }
  return any ? std::optional(out) : std::nullopt;
}

std::string Duration::text() const {
  const bool negative = months < 0 || days < 0 || seconds < 0 || nanos < 0;
  const std::int64_t sign = negative ? -1 : 1;
  std::string out = negative ? "-P" : "P";
  auto part = [&](std::int64_t count, char letter) {
    if (count) out += std::to_string(sign * count) + letter;
  };
  part(months / 12, 'Y');
  part(months % 12, 'M');
  part(days, 'D');
  if (seconds || nanos) {
    out += 'T';
    part(seconds / 3600, 'H');
    part(seconds / 60 % 60, 'M');
    if (seconds % 60 || nanos) {
      out += std::to_string(sign * (seconds % 60));
      if (nanos) {
        std::string digits = std::to_string(nanos_per_second + sign * nanos).substr(1);
        digits.erase(digits.find_last_not_of('0') + 1);
        out += "." + digits;
      }
      out += 'S';
    }
  }
  return out.ends_with('P') ? out + "T0S" : out;
}

std::optional<Moment> Moment::parse(std::string_view text) {
  Scanner in(text);
  Moment out;
  const std::int64_t year = in.digits(4), month = in.take('-') ? in.digits(2) : -1, day = in.take('-') ? in.digits(2) : -1;
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > last_day(year, static_cast<int>(month))) return std::nullopt;
  out.days_ = days_from(year, month, day);
  if (in.at_end()) return out;
  out.timed_ = true;
  const std::int64_t hour = in.take('T') ? in.digits(2) : -1, minute = in.take(':') ? in.digits(2) : -1, second = in.take(':') ? in.digits(2) : 0;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return std::nullopt;
  out.seconds_ = (hour * 60 + minute) * 60 + second;
  if (in.take('.')) {
    const std::optional<std::int64_t> nanos = fraction(in, out.fraction_digits_);
    if (!nanos) return std::nullopt;
    out.nanos_ = *nanos;
  }
  if (in.at_end()) return out;
  out.zoned_ = true;
  if (in.take('Z')) {
    out.zulu_ = true;
  } else {
    const int sign = in.take('-') ? -1 : in.take('+') ? 1 : 0;
    const std::int64_t hours = in.digits(2);
    in.take(':');
    const std::int64_t minutes = in.digits(2);
    if (sign == 0 || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
    out.zone_ = sign * static_cast<int>(hours * 60 + minutes);
  }
  return in.at_end() ? std::optional(out) : std::nullopt;
}

std::string Moment::text() const {
  const Date date = date_of(days_);
  char out[64];
  int size = std::snprintf(out, sizeof out, "%04d-%02d-%02d", static_cast<int>(date.year), date.month, date.day);
  std::string text(out, static_cast<std::size_t>(size));
  if (!timed_) return text;
  size = std::snprintf(out, sizeof out, "T%02d:%02d:%02d", static_cast<int>(seconds_ / 3600), static_cast<int>(seconds_ / 60 % 60), static_cast<int>(seconds_ % 60));
  text.append(out, static_cast<std::size_t>(size));
  if (fraction_digits_) text += "." + std::to_string(nanos_per_second + nanos_).substr(1, static_cast<std::size_t>(fraction_digits_));
  if (zulu_) return text + "Z";
  if (!zoned_) return text;
  const int minutes = std::abs(zone_);
  size = std::snprintf(out, sizeof out, "%c%02d:%02d", zone_ < 0 ? '-' : '+', minutes / 60, minutes % 60);
  return text.append(out, static_cast<std::size_t>(size));
}

std::optional<Moment> Moment::plus(const Duration& duration) const {
  Moment out = *this;
  out.timed_ |= duration.timed;
  if (duration.nanos)
    for (std::int64_t digits = 9, rest = std::abs(duration.nanos); digits > out.fraction_digits_; --digits, rest /= 10)
      if (rest % 10) out.fraction_digits_ = static_cast<int>(digits);
  const Date date = date_of(days_);
  const std::int64_t month = date.year * 12 + date.month - 1 + duration.months;
  const std::int64_t year = floor_div(month, 12);
  const int month_of_year = static_cast<int>(month - year * 12) + 1;
  // A time beyond any calendar would run over below.
  if (year < -100'000'000 || year > 100'000'000) return std::nullopt;
  const std::int64_t nanos = nanos_ + duration.nanos, seconds = seconds_ + duration.seconds + floor_div(nanos, nanos_per_second);
  out.days_ = days_from(year, month_of_year, std::min(date.day, last_day(year, month_of_year))) + duration.days + floor_div(seconds, seconds_per_day);
  out.nanos_ = nanos - floor_div(nanos, nanos_per_second) * nanos_per_second;
  out.seconds_ = seconds - floor_div(seconds, seconds_per_day) * seconds_per_day;
  if (out.days_ < days_from(0, 1, 1) || out.days_ > days_from(9999, 12, 31)) return std::nullopt;
  return out;
}

std::optional<Moment> Moment::in_zone(int minutes) const {
  std::optional<Moment> out = plus({.seconds = (minutes - zone_) * 60, .timed = true});
  if (!out) return out;
  out->zone_ = minutes;
  out->zoned_ = true;
  out->zulu_ = minutes == 0;
  return out;
}

std::int64_t Moment::millis() const { return ((days_ * seconds_per_day) + seconds_ - zone_ * 60) * 1000 + nanos_ / 1'000'000; }

bool Moment::after(const Moment& other) const noexcept {
  const std::int64_t mine = days_ * seconds_per_day + seconds_ - zone_ * 60, others = other.days_ * seconds_per_day + other.seconds_ - other.zone_ * 60;
  return mine != others ? mine > others : nanos_ > other.nanos_;
}

// `later` is not earlier.
std::int64_t Moment::whole_months_until(const Moment& later) const {
  // In one zone: the calendar of the beginning decides.
  const std::optional<Moment> there = later.in_zone(zone_);
  const Date from = date_of(days_), to = date_of(there ? there->days_ : later.days_);
  std::int64_t months = (to.year - from.year) * 12 + to.month - from.month;
  while (months > 0) {
    const std::optional<Moment> reached = plus({.months = months});
    if (reached && !reached->after(later)) break;
    --months;
  }
  return months;
}

Duration Moment::until(const Moment& other) const {
  if (after(other)) {
    Duration out = other.until(*this);
    return {-out.months, -out.days, -out.seconds, -out.nanos, out.timed};
  }
  Duration out;
  out.months = whole_months_until(other);
  const Moment from = *plus({.months = out.months});
  std::int64_t seconds = (other.days_ - from.days_) * seconds_per_day + (other.seconds_ - other.zone_ * 60) - (from.seconds_ - from.zone_ * 60);
  out.nanos = other.nanos_ - from.nanos_;
  if (out.nanos < 0) {
    out.nanos += nanos_per_second;
    --seconds;
  }
  out.days = seconds / seconds_per_day;
  out.seconds = seconds % seconds_per_day;
  out.timed = out.seconds || out.nanos;
  return out;
}

std::int64_t Moment::until(const Moment& other, TimeUnit unit) const {
  if (after(other)) return -other.until(*this, unit);
  if (unit == TimeUnit::years) return whole_months_until(other) / 12;
  if (unit == TimeUnit::months) return whole_months_until(other);
  const std::int64_t nanos = other.nanos_ - nanos_;
  const std::int64_t seconds = (other.days_ - days_) * seconds_per_day + (other.seconds_ - other.zone_ * 60) - (seconds_ - zone_ * 60) + floor_div(nanos, nanos_per_second);
  switch (unit) {
    case TimeUnit::weeks: return seconds / (7 * seconds_per_day);
    case TimeUnit::days: return seconds / seconds_per_day;
    case TimeUnit::hours: return seconds / 3600;
    case TimeUnit::minutes: return seconds / 60;
    case TimeUnit::milliseconds: return seconds * 1000 + (nanos - floor_div(nanos, nanos_per_second) * nanos_per_second) / 1'000'000;
    default: return seconds;
  }
}

}  // namespace arint::mapping
