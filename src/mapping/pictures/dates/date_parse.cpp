// SPDX-License-Identifier: GPL-3.0-or-later
// Reading a time by a picture: the text is matched part by part, longest first, with a memory of what failed where (so that no
// picture is exponential); then the components found are put together.
#include <array>
#include <cmath>

#include "base/text.hpp"
#include "mapping/pictures/dates/calendar.hpp"
#include "mapping/pictures/date.hpp"
#include "mapping/pictures/dates/names.hpp"
#include "mapping/pictures/numerals.hpp"

namespace arint::mapping {

class DateMatcher {
 public:
  using Part = DatePicture::Part;

  DateMatcher(const std::vector<Part>& parts, std::string_view text)
      : parts_(parts), text_(text), failed_(parts.size() * (text.size() + 1), false), ends_(parts.size(), 0) {}

  bool match() { return match_from(0, 0); }
  // What part `i` matched.
  std::string_view slice(std::size_t i) const {
    std::size_t start = i == 0 ? 0 : ends_[i - 1];
    return text_.substr(start, ends_[i] - start);
  }

 private:
  bool match_from(std::size_t part, std::size_t at) {
    if (part == parts_.size()) return at == text_.size();
    std::size_t key = part * (text_.size() + 1) + at;
    if (failed_[key]) return false;
    std::vector<std::size_t> ends = candidates(parts_[part], at);
    for (std::size_t i = ends.size(); i-- > 0;) {
      ends_[part] = ends[i];
      if (match_from(part + 1, ends[i])) return true;
    }
    failed_[key] = true;
    return false;
  }

  // Where the part may end when it starts at `at`, in rising order.
  std::vector<std::size_t> candidates(const Part& part, std::size_t at) const {
    if (part.component == 0) {
      std::string_view here = text_.substr(at, part.literal.size());
      if (!equals_ignoring_case(here, part.literal)) return {};
      return {at + part.literal.size()};
    }
    if (part.component == 'Z' || part.component == 'z') return zone_ends(part, at);
    if (part.names != DatePicture::Names::none) return run(at, "");
    switch (part.integer.style) {
      case IntegerPicture::Style::letters: return run(at, "");
      case IntegerPicture::Style::roman: return run(at, "mdclxvi");
      case IntegerPicture::Style::words: return word_ends(at);
      case IntegerPicture::Style::digits: return digit_ends(part, at);
    }
    return {};
  }

  // Letters: all of them, or those of `allowed` in any case.
  std::vector<std::size_t> run(std::size_t at, std::string_view allowed) const {
    std::vector<std::size_t> out;
    for (; at < text_.size(); out.push_back(++at)) {
      char c = static_cast<char>(text_[at] | 32);
      if (c < 'a' || c > 'z' || (!allowed.empty() && allowed.find(c) == std::string_view::npos)) break;
    }
    return out;
  }

  std::vector<std::size_t> word_ends(std::size_t start) const {
    std::vector<bool> reached(text_.size() - start + 1, false);
    reached[0] = true;
    std::vector<std::size_t> out;
    for (std::size_t at = start; at <= text_.size(); ++at) {
      if (!reached[at - start]) continue;
      if (at > start) out.push_back(at);
      std::size_t which = 0;
      for (std::size_t length; (length = step(at, which)) > 0; ++which) reached[at - start + length] = true;
    }
    return out;
  }

  // word_length, looked up once per place.
  std::size_t step(std::size_t at, std::size_t which) const {
    if (which >= 3 || at >= text_.size()) return 0;
    if (steps_.empty()) steps_.resize(text_.size());
    Steps& here = steps_[at];
    for (; here.known <= which; ++here.known) here.length[here.known] = static_cast<std::uint8_t>(word_length(text_, at, here.known));
    return here.length[which];
  }

  std::vector<std::size_t> digit_ends(const Part& part, std::size_t at) const {
    // How many digits a picture writes binds no text that is read: [Y,2-2] takes 2018, [Y0001] takes 18.
    const IntegerPicture& integer = part.integer;
    const bool exact = part.read_digits > 0;
    const int least = exact ? part.read_digits : 1;
    const int most = exact ? part.read_digits : 1'000;
    std::vector<std::size_t> out;
    int digits = 0;
    while (at < text_.size() && digits < most) {
      char32_t c = next_code_point(text_, at);
      bool is_digit = c >= integer.zero && c < integer.zero + 10;
      bool is_separator = false;
      for (const IntegerPicture::Separator& separator : integer.separators) is_separator = is_separator || separator.character == c;
      if (!is_digit && !is_separator) break;
      digits += is_digit;
      if (is_digit && digits >= least) add_number_end(out, at, integer.ordinal);
    }
    return out;
  }

  void add_number_end(std::vector<std::size_t>& out, std::size_t at, bool ordinal) const {
    if (!ordinal) return out.push_back(at);
    std::string suffix = lower(text_.substr(at, 2));
    if (suffix == "st" || suffix == "nd" || suffix == "rd" || suffix == "th") out.push_back(at + 2);
  }

  static bool digit(char c) { return c >= '0' && c <= '9'; }

  std::vector<std::size_t> zone_ends(const Part& part, std::size_t at) const {
    if (part.z_for_zero && at < text_.size() && (text_[at] | 32) == 'z') return {at + 1};
    if (part.component == 'z') {
      if (!equals_ignoring_case(text_.substr(at, 3), "GMT")) return {};
      at += 3;
    }
    if (at >= text_.size() || (text_[at] != '+' && text_[at] != '-')) return {};
    std::vector<std::size_t> out;
    std::size_t end = at + 1;
    bool separated = part.integer.regular_group > 0 && !part.integer.separators.empty();
    while (end < text_.size() && digit(text_[end])) {
      ++end;
      if (!separated) out.push_back(end);
    }
    if (!separated || end == at + 1) return out;
    if (end >= text_.size() || next_code_point(text_, end) != part.integer.separators[0].character) return {};
    while (end < text_.size() && digit(text_[end])) out.push_back(++end);
    return out;
  }

  // At most three words start at one place: six, sixteen, sixteenth.
  struct Steps {
    std::array<std::uint8_t, 3> length{};
    std::uint8_t known = 0;
  };

  const std::vector<Part>& parts_;
  std::string_view text_;
  mutable std::vector<Steps> steps_{};
  std::vector<bool> failed_;
  std::vector<std::size_t> ends_;
};

namespace {

using Components = std::array<std::optional<double>, 128>;  // by letter

// Minutes east, from "+05:30", "+0530", "+5", "GMT-5".
double zone_minutes(std::string_view text) {
  std::size_t sign = text.find_first_of("+-");
  if (sign == std::string_view::npos) return 0;
  std::string_view rest = text.substr(sign + 1);
  std::size_t run = 0;
  while (run < rest.size() && rest[run] >= '0' && rest[run] <= '9') ++run;
  auto number = [](std::string_view digits) {
    double out = 0;
    for (char c : digits)
      if (c >= '0' && c <= '9') out = out * 10 + (c - '0');
    return out;
  };
  std::size_t hours = run == rest.size() && run > 2 ? 2 : run;  // without a separator: two digits of hours
  double minutes = number(rest.substr(0, hours)) * 60 + number(rest.substr(hours));
  return text[sign] == '-' ? -minutes : minutes;
}

template <std::size_t Count>
std::optional<double> named(std::string_view text, const std::array<std::string_view, Count>& names, int most_width) {
  for (std::size_t i = 0; i < Count; ++i) {
    std::string_view name = most_width > 0 ? names[i].substr(0, static_cast<std::size_t>(most_width)) : names[i];
    if (equals_ignoring_case(text, name)) return static_cast<double>(i + 1);
  }
  return std::nullopt;
}

// Milliseconds of a fraction as written: "5" is 500, "01987" is 19.
std::optional<double> fraction_millis(std::optional<double> value, std::string_view text) {
  if (!value) return std::nullopt;
  std::size_t digits = 0;
  for (std::size_t at = 0; at < text.size(); ++digits) next_code_point(text, at);
  return std::floor(*value * std::pow(10.0, 3.0 - static_cast<double>(digits)) + 1e-9);
}

// Only components of `type` are there, and at least one.
bool is_type(const Components& found, std::string_view all, std::string_view type) {
  bool any = false;
  for (char c : all) {
    if (!found[static_cast<std::size_t>(c)]) continue;
    if (type.find(c) == std::string_view::npos) return false;
    any = true;
  }
  return any;
}

double now_component(char which, std::int64_t now) {
  std::int64_t days = now / millis_per_day - (now % millis_per_day < 0 ? 1 : 0);
  std::int64_t in_day = now - days * millis_per_day;
  switch (which) {
    case 'Y': return static_cast<double>(date_of(days).year);
    case 'M': return date_of(days).month;
    case 'D': return date_of(days).day;
    case 'd': return static_cast<double>(days - days_from(date_of(days).year, 1, 1) + 1);
    case 'H': return static_cast<double>(in_day / 3'600'000);
    case 'h': return static_cast<double>((in_day / 3'600'000 + 11) % 12 + 1);
    case 'P': return in_day < 43'200'000 ? 0 : 1;
    case 'm': return static_cast<double>(in_day / 60'000 % 60);
    case 's': return static_cast<double>(in_day / 1000 % 60);
    default: return static_cast<double>(in_day % 1000);
  }
}

Pictured<std::optional<std::int64_t>> assemble(Components found, std::int64_t now) {
  const PictureError gap{"D3136", "the date picture does not say enough to tell a point in time"};
  bool day_of_year = is_type(found, "YXMxWwdD", "Yd") && !is_type(found, "YXMxWwdD", "YMD");
  bool by_month_week = is_type(found, "YXMxWwdD", "Xxw");
  bool by_week = is_type(found, "YXMxWwdD", "XW");
  if (by_month_week || by_week) return gap;
  bool twelve_hours = is_type(found, "PHhmsf", "Phmsf") && !is_type(found, "PHhmsf", "Hmsf");
  std::string order = std::string(day_of_year ? "Yd" : "YMD") + (twelve_hours ? "Phmsf" : "Hmsf");
  bool started = false;
  bool ended = false;
  for (char which : order) {
    std::optional<double>& value = found[static_cast<std::size_t>(which)];
    if (value) {
      if (ended) return gap;
      started = true;
    } else if (started) {
      value = which == 'M' || which == 'D' || which == 'd' ? 1 : 0;
      ended = true;
    } else {
      value = now_component(which, now);
    }
  }
  auto part = [&found](char which) { return *found[static_cast<std::size_t>(which)]; };
  double year = part('Y');
  if (year >= 0 && year <= 99) year += 1900;  // ECMA-262, MakeFullYear
  double month = day_of_year ? 1 : std::max(1.0, part('M'));
  double day = day_of_year ? part('d') : part('D');
  double hour = twelve_hours ? (part('h') == 12 ? 0 : part('h')) + 12 * part('P') : part('H');
  double zone = found['Z'] ? *found['Z'] : found['z'] ? *found['z'] : 0;
  // Far beyond any date the result would overflow; such a text is no time.
  if (std::fabs(year) > 300'000 || month > 1e6 || day > 1e8 || hour > 1e9 || part('m') > 1e10 || part('s') > 1e12 || std::fabs(zone) > 1e9)
    return std::optional<std::int64_t>();
  std::int64_t days = days_from(static_cast<std::int64_t>(year), static_cast<std::int64_t>(month), static_cast<std::int64_t>(day));
  std::int64_t minutes = static_cast<std::int64_t>(hour) * 60 + static_cast<std::int64_t>(part('m')) - static_cast<std::int64_t>(zone);
  std::int64_t seconds = minutes * 60 + static_cast<std::int64_t>(part('s'));
  return std::optional<std::int64_t>(days * millis_per_day + seconds * 1000 + static_cast<std::int64_t>(part('f')));
}

}  // namespace

Pictured<std::optional<std::int64_t>> DatePicture::parse(std::string_view text, std::int64_t now_millis) const {
  for (const Part& part : parts_)
    if (part.component == 'C' || part.component == 'E')
      return PictureError{"D3133", "the component " + quoted(std::string_view(&part.component, 1)) + " cannot be read from text"};
  if (text.size() > most_text_bytes) return std::optional<std::int64_t>();
  DateMatcher matcher(parts_, text);
  if (!matcher.match()) return std::optional<std::int64_t>();
  Components found;
  bool any = false;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    if (part.component == 0) continue;
    std::string_view slice = matcher.slice(i);
    std::optional<double> value;
    if (part.component == 'Z' || part.component == 'z')
      value = zone_minutes(slice);
    else if (part.component == 'P')
      value = equals_ignoring_case(slice, "am") ? std::optional<double>(0) : equals_ignoring_case(slice, "pm") ? std::optional<double>(1) : std::nullopt;
    else if (part.names != Names::none)
      value = part.component == 'F' ? named(slice, day_names, part.most_width) : named(slice, month_names, part.most_width);
    else
      value = part.integer.parse(slice);
    if (part.component == 'f' && part.integer.style == IntegerPicture::Style::digits) value = fraction_millis(value, slice);
    if (!value) return std::optional<std::int64_t>();
    found[static_cast<std::size_t>(part.component)] = value;
    any = true;
  }
  if (!any) return std::optional<std::int64_t>();
  return assemble(found, now_millis);
}

}  // namespace arint::mapping
