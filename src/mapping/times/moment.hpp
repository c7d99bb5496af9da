// SPDX-License-Identifier: GPL-3.0-or-later
// Moment and Duration: ISO 8601 dates and times as they are written, and calculations with the calendar in mind.
//
// A moment keeps what was written of it: with or without a time, digits of the fraction, the zone it names. Years 0000 to 9999.
// Where instants are compared a missing zone is UTC, as $toMillis has it. Source: RFC 3339, section 5.6; ISO 8601-1:2019, 5.5.2.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace arint::mapping {

// [-]P[nY][nM][nW][nD][T[nH][nM][n[.n]S]], of each at most nine digits. Weeks may stand beside the others.
struct Duration {
  std::int64_t months = 0;   // years included
  std::int64_t days = 0;     // weeks included
  std::int64_t seconds = 0;  // hours and minutes included
  std::int64_t nanos = 0;    // of a second; all four have the same sign
  bool timed = false;        // hours, minutes or seconds were written

  static std::optional<Duration> parse(std::string_view text);
  std::string text() const;
};

enum class TimeUnit : std::uint8_t { years, months, weeks, days, hours, minutes, seconds, milliseconds };

class Moment {
 public:
  // YYYY-MM-DD, alone or with Thh:mm[:ss[.fraction]][Z | +hh:mm | +hhmm]; nine digits of a fraction count. A day that the month
  // does not have is refused.
  static std::optional<Moment> parse(std::string_view text);
  std::string text() const;

  // Months first, then days, then seconds. A day that the month reached does not have becomes its last one: a month after
  // 31 January is the end of February. nullopt: outside the years 0000 to 9999.
  std::optional<Moment> plus(const Duration& duration) const;
  // The same instant with another zone, in minutes east of UTC. nullopt as above.
  std::optional<Moment> in_zone(int minutes) const;

  // Whole units from this moment to `other`, in this one's zone; negative when it is earlier.
  std::int64_t until(const Moment& other, TimeUnit unit) const;
  // What must be added to reach `other`.
  Duration until(const Moment& other) const;

  std::int64_t millis() const;  // since 1970, rounded down
  int zone_minutes() const noexcept { return zone_; }

 private:
  bool after(const Moment& other) const noexcept;
  std::int64_t whole_months_until(const Moment& later) const;

  std::int64_t days_ = 0;     // since 1970, of the date as written
  std::int64_t seconds_ = 0;  // of the day
  std::int64_t nanos_ = 0;
  int fraction_digits_ = 0;
  int zone_ = 0;
  bool timed_ = false, zoned_ = false, zulu_ = false;
};

}  // namespace arint::mapping
