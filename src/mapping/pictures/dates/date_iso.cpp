// SPDX-License-Identifier: GPL-3.0-or-later
// ISO 8601 times as $toMillis takes them without a picture, and the zone argument of $fromMillis.
#include "base/text.hpp"
#include "mapping/pictures/dates/calendar.hpp"
#include "mapping/pictures/date.hpp"

namespace arint::mapping {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  bool at_end() const { return at_ == text_.size(); }
  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  // Exactly `count` digits.
  bool digits(int count, std::int64_t& out) {
    out = 0;
    if (text_.size() - at_ < static_cast<std::size_t>(count)) return false;
    for (const char* p = text_.data() + at_; count > 0; --count, ++p, ++at_) {
      unsigned digit = static_cast<unsigned char>(*p) - unsigned{'0'};
      if (digit > 9) return false;
      out = out * 10 + digit;
    }
    return true;
  }
  // ".5" is 500; digits after the third are dropped.
  bool fraction(std::int64_t& millis) {
    std::size_t start = at_;
    std::int64_t worth = 100;
    for (; !at_end() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_, worth /= 10) millis += worth * (text_[at_] - '0');
    return at_ > start;
  }
  // Z, or a sign with hh:mm or hhmm.
  bool zone(std::int64_t& minutes) {
    if (take('Z')) return true;
    bool west = !at_end() && text_[at_] == '-';
    if (!take('+') && !take('-')) return false;
    std::int64_t hours = 0;
    std::int64_t rest = 0;
    if (!digits(2, hours)) return false;
    take(':');
    if (!digits(2, rest) || rest > 59 || hours > 23) return false;
    minutes = (hours * 60 + rest) * (west ? -1 : 1);
    return true;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

bool read_year(Reader& in, std::int64_t& year) {
  // ECMA-262, 21.4.1.32: six digits with a sign for years beyond four digits.
  bool negative = false;
  if (in.take('+') || (negative = in.take('-'))) {
    if (!in.digits(6, year) || (negative && year == 0)) return false;
    if (negative) year = -year;
    return true;
  }
  return in.digits(4, year);
}

bool read(std::string_view text, std::int64_t& millis) {
  Reader in(text);
  std::int64_t year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, part = 0, zone = 0;
  if (!read_year(in, year)) return false;
  if (in.take('-')) {
    if (!in.digits(2, month) || month < 1 || month > 12) return false;
    // The 31st of a short month runs over, as engines of ECMAScript read it.
    if (in.take('-') && (!in.digits(2, day) || day < 1 || day > 31)) return false;
  }
  if (in.take('T')) {
    if (!in.digits(2, hour) || !in.take(':') || !in.digits(2, minute) || !in.take(':') || !in.digits(2, second)) return false;
    if (in.take('.') && !in.fraction(part)) return false;
    if (minute > 59 || second > 59 || hour > 24 || (hour == 24 && (minute || second || part))) return false;
    if (!in.at_end() && !in.zone(zone)) return false;
  }
  if (!in.at_end()) return false;
  millis = days_from(year, month, day) * millis_per_day + ((hour * 60 + minute - zone) * 60 + second) * 1000 + part;
  return true;
}

}  // namespace

Pictured<std::int64_t> parse_iso_time(std::string_view text) {
  std::int64_t millis = 0;
  if (!read(text, millis)) return PictureError{"D3110", quoted(text, 60) + " is no ISO 8601 time"};
  return millis;
}

Pictured<int> parse_zone(std::string_view text) {
  std::string_view unsigned_part = text.substr(!text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0);
  std::string with_sign = (text.starts_with('-') ? "-" : "+") + std::string(unsigned_part);
  std::int64_t minutes = 0;
  Reader in(text == "Z" ? text : std::string_view(with_sign));
  if (!in.zone(minutes) || !in.at_end())
    return PictureError{"D3134", quoted(text, 40) + " is no time zone; write it as \"+0100\" or \"-05:30\""};
  return static_cast<int>(minutes);
}

}  // namespace arint::mapping
