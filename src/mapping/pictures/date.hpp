// SPDX-License-Identifier: GPL-3.0-or-later
// DatePicture: how $fromMillis writes and $toMillis reads a point in time: "[Y0001]-[M01]-[D01] [H01]:[m01]:[s01].[f001] [Z]".
//
// Source: XPath and XQuery Functions and Operators 3.1, section 9.8.4; English names; ISO calendar and weeks.
// Components: Y year, M month, D day, d day of year, F day of week, W week of year, w week of month, X year and x month of the week,
// H and h hours, P am or pm, m s f minutes, seconds, fraction, Z z time zone, C calendar, E era.
// Milliseconds count from 1970-01-01T00:00:00Z. What is read may run over (32 January is 1 February), as in the reference.
// Told apart from the JSONata reference: [f1] writes the digits of the fraction, not the number of milliseconds; a zone of -0530 is
// five and a half hours; names are read in any case; digit families and grouping separators are read back; the default form of a
// year beyond 9999 is ECMA-262's +YYYYYY; a zone or ISO time that is none is an error, not NaN.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mapping/pictures/error.hpp"
#include "mapping/pictures/integer.hpp"

namespace arint::mapping {

class DatePicture {
 public:
  static constexpr std::size_t most_parts = 100;
  static constexpr std::size_t most_text_bytes = 1024;  // longer text fits no picture

  // D3130..D3135. A picture that can only be written, or only be read, compiles; using it the other way is an error.
  static Pictured<DatePicture> compile(std::string_view picture);

  // `zone_minutes` east of UTC. D3134: more than four digits in a zone.
  Pictured<std::string> format(std::int64_t millis, int zone_minutes = 0) const;

  // nullopt: the text does not fit the picture. What the picture leaves out above its first component comes from `now_millis`, below
  // its last one it is zero; a gap between them is D3136, and so are week dates, which cannot be read. D3133: C and E cannot be read.
  Pictured<std::optional<std::int64_t>> parse(std::string_view text, std::int64_t now_millis) const;

 private:
  enum class Names : std::uint8_t { none, lower, upper, title };
  struct Part {
    char component = 0;      // 0: literal
    std::string literal{};
    Names names = Names::none;
    bool z_for_zero = false;  // [Z01:01t]: "Z" for UTC
    IntegerPicture integer = {};
    int most_width = -1;     // of names and fractions; -1 as long as it is
    int least_width = -1;
    int year_digits = -1;    // Y: how many are kept
    int read_digits = -1;    // exactly so many, because another number follows at once
  };
  friend class DatePictureReader;
  friend class DateMatcher;

  struct Moment;
  static void append_part(std::string& out, const Part& part, const Moment& moment);
  Pictured<std::string> format_zone(const Part& part, int zone_minutes) const;

  std::vector<Part> parts_;
};

// Without a picture: ISO 8601, "2018-03-23T10:33:36.617Z", "...+01:00".
std::string iso_time(std::int64_t millis, int zone_minutes = 0);
// YYYY, YYYY-MM, YYYY-MM-DD, each alone or with Thh:mm:ss[.fraction][Z | +hh:mm | +hhmm]; without a zone it is UTC. D3110 otherwise.
Pictured<std::int64_t> parse_iso_time(std::string_view text);

// "+0100", "-05:30", "0000", "Z": minutes east of UTC. D3134 otherwise.
Pictured<int> parse_zone(std::string_view text);

}  // namespace arint::mapping
