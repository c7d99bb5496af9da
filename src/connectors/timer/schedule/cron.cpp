// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/timer/schedule/cron.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "connectors/timer/schedule/moment.hpp"

namespace arint::connectors::timer {
namespace {

constexpr std::int64_t day_seconds = 86'400, about_a_change = 26 * 3'600;
// 29 February on one weekday comes at least every 40 years.
constexpr std::int64_t most_days = 40 * 366;
constexpr std::int64_t some_day = 946'684'800;  // 2000-01-01

constexpr std::array<std::string_view, 12> month_names{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> weekday_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct Field {
  std::string_view name;
  int least, most;
  std::span<const std::string_view> names;
  int first_name;
};
const Field fields[] = {{"minute", 0, 59, {}, 0},
                        {"hour", 0, 23, {}, 0},
                        {"day of the month", 1, 31, {}, 0},
                        {"month", 1, 12, month_names, 1},
                        {"day of the week", 0, 7, weekday_names, 0}};

std::string_view line_of(std::string_view macro) {
  constexpr std::pair<std::string_view, std::string_view> macros[] = {{"@hourly", "0 * * * *"},  {"@daily", "0 0 * * *"},  {"@midnight", "0 0 * * *"},
                                                                      {"@weekly", "0 0 * * 0"},  {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"},
                                                                      {"@annually", "0 0 1 1 *"}};
  for (const auto& [name, line] : macros)
    if (name == macro) return line;
  return {};
}

std::optional<int> number(std::string_view text, const Field& field) {
  for (std::size_t i = 0; i < field.names.size(); ++i)
    if (equals_ignoring_case(text, field.names[i])) return static_cast<int>(i) + field.first_name;
  if (text.empty() || text.size() > 2) return std::nullopt;
  int out = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    out = out * 10 + (c - '0');
  }
  return out;
}

// item = ("*" | number ["-" number]) ["/" step]
bool read_item(std::string_view item, const Field& field, auto& into) {
  int step = 1;
  if (const std::size_t slash = item.find('/'); slash != std::string_view::npos) {
    const std::optional<int> said = number(item.substr(slash + 1), Field{"", 0, 99, {}, 0});
    if (!said || *said < 1) return false;
    step = *said;
    item = item.substr(0, slash);
  }
  int from = field.least, to = field.most;
  if (item != "*") {
    const std::size_t dash = item.find('-');
    const std::optional<int> begin = number(item.substr(0, dash), field);
    const std::optional<int> end = dash == std::string_view::npos ? begin : number(item.substr(dash + 1), field);
    if (!begin || !end) return false;
    from = *begin;
    to = *end;
    if (dash == std::string_view::npos && step > 1) to = field.most;  // "5/10": from there on
  }
  if (from < field.least || to > field.most || from > to) return false;
  for (int i = from; i <= to; i += step) into.set(static_cast<std::size_t>(i));
  return true;
}

bool read_field(std::string_view text, const Field& field, auto& into) {
  for (std::string_view item : split(text, ','))
    if (!read_item(item, field, into)) return false;
  return true;
}

Error wrong(const Field& field, std::string_view text) {
  std::string may = std::to_string(field.least) + " to " + std::to_string(field.most);
  if (!field.names.empty()) may += ", or " + std::string(field.names.front()) + " to " + std::string(field.names.back());
  return {Fault::rejected, "the " + std::string(field.name) + " is " + may + ", *, a range a-b, a list a,b or steps */n, not " + arint::quoted(text)};
}

}  // namespace

Result<Cron> Cron::parse(std::string_view line) {
  line = trim(line);
  if (line.starts_with('@')) {
    const std::string_view meant = line_of(line);
    if (meant.empty()) return Error{Fault::rejected, arint::quoted(line) + " is not known; write @hourly, @daily, @weekly, @monthly or @yearly"};
    line = meant;
  }
  std::vector<std::string_view> words;
  for (std::string_view word : split(line, ' '))
    if (!word.empty()) words.push_back(word);
  if (words.size() != 5)
    return Error{Fault::rejected, "a cron line has five fields (minute, hour, day of the month, month, day of the week), this one has " + std::to_string(words.size())};
  Cron out;
  if (!read_field(words[0], fields[0], out.minutes_)) return wrong(fields[0], words[0]);
  if (!read_field(words[1], fields[1], out.hours_)) return wrong(fields[1], words[1]);
  if (!read_field(words[2], fields[2], out.days_)) return wrong(fields[2], words[2]);
  if (!read_field(words[3], fields[3], out.months_)) return wrong(fields[3], words[3]);
  if (!read_field(words[4], fields[4], out.weekdays_)) return wrong(fields[4], words[4]);
  if (out.weekdays_[7]) out.weekdays_.set(0);
  out.hourly_ = words[1].starts_with('*');
  out.any_day_ = words[2].starts_with('*');
  out.any_weekday_ = words[4].starts_with('*');
  if (!out.next(Zone(), some_day)) return Error{Fault::rejected, "never comes: there is no such day"};
  return out;
}

bool Cron::due_on(std::int64_t day) const noexcept {
  const Civil civil = civil_from(day * day_seconds);
  if (!months_[static_cast<std::size_t>(civil.month)]) return false;
  const bool date = days_[static_cast<std::size_t>(civil.day)], weekday = weekdays_[static_cast<std::size_t>(weekday_of(day))];
  return any_day_ || any_weekday_ ? date && weekday : date || weekday;
}

// The first wall time after `wall`, on a day up to `last_day`.
std::optional<std::int64_t> Cron::next_wall(std::int64_t wall, std::int64_t last_day) const noexcept {
  ++wall;
  const std::int64_t first = wall / day_seconds - (wall % day_seconds < 0);
  for (std::int64_t day = first; day <= last_day; ++day) {
    if (!due_on(day)) continue;
    for (std::size_t hour = 0; hour < 24; ++hour) {
      if (!hours_[hour]) continue;
      const std::int64_t begin = day * day_seconds + static_cast<std::int64_t>(hour) * 3'600;
      if (begin + 3'600 <= wall) continue;
      for (std::size_t minute = 0; minute < 60; ++minute)
        if (const std::int64_t at = begin + static_cast<std::int64_t>(minute) * 60; minutes_[minute] && at >= wall) return at;
    }
  }
  return std::nullopt;
}

std::optional<std::int64_t> Cron::next(const Zone& zone, std::int64_t utc) const {
  const std::int64_t offset = zone.offset_at(utc);
  const std::int64_t today = (utc + offset) / day_seconds - ((utc + offset) % day_seconds < 0);
  // Far from any change of the clocks.
  if (zone.offset_at(utc - about_a_change) == offset && zone.offset_at(utc + day_seconds + 2 * about_a_change) == offset)
    if (const std::optional<std::int64_t> wall = next_wall(utc + offset, today + 1)) return *wall - offset;
  // The least and the largest offset about a moment.
  auto about = [&](std::int64_t moment) { return std::minmax({zone.offset_at(moment - about_a_change), zone.offset_at(moment), zone.offset_at(moment + about_a_change)}); };
  std::int64_t wall = utc + about(utc).first - 1;
  std::optional<std::int64_t> out;
  auto take = [&](std::int64_t when) {
    if (when > utc && (!out || when < *out)) out = when;
  };
  // Wall times in order are moments in order, but for those about a change.
  while (const std::optional<std::int64_t> due = next_wall(wall, today + most_days)) {
    if (out && *due - about(*out).second > *out) break;
    wall = *due;
    const Zone::When when = zone.when(*due);
    if (when.first) take(*when.first);
    if (when.second && hourly_) take(*when.second);
    if (!when.first && !hourly_) take(when.gap);
  }
  return out;
}

}  // namespace arint::connectors::timer
