// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/timer/schedule/zone.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "connectors/timer/schedule/moment.hpp"

namespace arint::connectors::timer {
namespace {

constexpr std::size_t header_bytes = 44, most_file_bytes = 1u << 20;
// No zone is further from Greenwich than this, so a wall time is one of two moments about it.
constexpr std::int64_t furthest = 26 * 3'600;

Error malformed() { return {Fault::malformed, "is no compiled time zone (RFC 9636)"}; }

std::int64_t big_endian(std::string_view bytes, std::size_t at, std::size_t size) noexcept {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < size; ++i) out = out << 8 | static_cast<unsigned char>(bytes[at + i]);
  return size == 4 ? static_cast<std::int32_t>(out) : static_cast<std::int64_t>(out);
}

// Counts of a header, in the order of the file.
struct Counts {
  std::size_t ut, standard, leap, times, types, chars;
  std::size_t bytes(std::size_t time_bytes) const { return times * (time_bytes + 1) + types * 6 + chars + leap * (time_bytes + 4) + standard + ut; }
};

std::optional<Counts> counts_at(std::string_view bytes, std::size_t at) {
  if (bytes.size() < at + header_bytes || bytes.substr(at, 4) != "TZif") return std::nullopt;
  auto count = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<std::uint32_t>(big_endian(bytes, at + 20 + 4 * i, 4))); };
  Counts out{count(0), count(1), count(2), count(3), count(4), count(5)};
  for (std::size_t one : {out.ut, out.standard, out.leap, out.times, out.types, out.chars})
    if (one > most_file_bytes) return std::nullopt;
  if (!out.types) return std::nullopt;
  return out;
}

bool name_is_safe(const std::string& name) {
  if (name.empty() || name.size() > 100 || name.front() == '/' || name.find("..") != std::string::npos) return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-' || c == '+';
  });
}

bool number(std::string_view& text, std::int64_t& out) {
  std::size_t size = 0;
  out = 0;
  while (size < text.size() && size < 6 && text[size] >= '0' && text[size] <= '9') out = out * 10 + (text[size++] - '0');
  text.remove_prefix(size);
  return size > 0;
}

bool letter(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

// An abbreviation: "CET", "<+0330>".
bool abbreviation(std::string_view& text) {
  if (letter(text, '<')) {
    const std::size_t end = text.find('>');
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
    return true;
  }
  std::size_t size = 0;
  while (size < text.size() && ((text[size] >= 'a' && text[size] <= 'z') || (text[size] >= 'A' && text[size] <= 'Z'))) ++size;
  text.remove_prefix(size);
  return size >= 3;
}

}  // namespace

Result<std::shared_ptr<const Zone>> Zone::find(const std::string& name) {
  if (name == "UTC") return std::make_shared<const Zone>();
  const Error unknown{Fault::rejected, arint::quoted(name) + " is no time zone this system knows; write UTC or a name such as Europe/Berlin (package tzdata)"};
  if (!name_is_safe(name)) return unknown;
  const char* folder = std::getenv("TZDIR");
  const std::string path = std::string(folder ? folder : "/usr/share/zoneinfo") + "/" + name;
  std::error_code none;
  std::ifstream file(path, std::ios::binary);
  if (!file || !std::filesystem::is_regular_file(path, none)) return unknown;
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (bytes.size() > most_file_bytes || !bytes.starts_with("TZif")) return unknown;
  Result<std::shared_ptr<const Zone>> out = parse(bytes);
  if (!out) out.error().sentence = "the file of time zone " + name + " " + out.error().sentence;
  return out;
}

// A version 1 block with 32-bit times, then the same with 64-bit times, then the rule between two line feeds.
Result<std::shared_ptr<const Zone>> Zone::parse(std::string_view bytes) {
  std::size_t at = 0, time_bytes = 4;
  std::optional<Counts> counts = counts_at(bytes, 0);
  if (!counts) return malformed();
  if (bytes[4] >= '2') {
    at = header_bytes + counts->bytes(4);
    time_bytes = 8;
    counts = counts_at(bytes, at);
    if (!counts) return malformed();
  }
  at += header_bytes;
  if (bytes.size() < at + counts->bytes(time_bytes)) return malformed();
  auto out = std::make_shared<Zone>();
  const std::size_t indices = at + counts->times * time_bytes, types = indices + counts->times;
  auto offset_of = [&](std::size_t type) { return big_endian(bytes, types + 6 * type, 4); };
  out->first_offset_ = offset_of(0);
  for (std::size_t i = 0; i < counts->times; ++i) {
    const auto type = static_cast<unsigned char>(bytes[indices + i]);
    if (type >= counts->types) return malformed();
    const std::int64_t when = big_endian(bytes, at + i * time_bytes, time_bytes);
    if (!out->changes_.empty() && when <= out->changes_.back().at) return malformed();
    out->changes_.push_back({when, offset_of(type)});
  }
  if (time_bytes == 4) return std::shared_ptr<const Zone>(out);
  std::string_view footer = bytes.substr(at + counts->bytes(8));
  if (!letter(footer, '\n')) return malformed();
  footer = footer.substr(0, footer.find('\n'));
  out->has_rule_ = !footer.empty();
  if (out->has_rule_ && !parse_rule(footer, out->rule_)) return malformed();
  return std::shared_ptr<const Zone>(out);
}

// [+-]hh[:mm[:ss]], of the rule: west is positive there.
bool Zone::parse_offset(std::string_view& text, std::int64_t& out) {
  const bool minus = letter(text, '-');
  if (!minus) static_cast<void>(letter(text, '+'));
  std::int64_t hours, minutes = 0, seconds = 0;
  if (!number(text, hours)) return false;
  if (letter(text, ':') && !number(text, minutes)) return false;
  if (letter(text, ':') && !number(text, seconds)) return false;
  out = hours * 3'600 + minutes * 60 + seconds;
  if (minus) out = -out;
  return hours <= 167 && minutes < 60 && seconds < 60;
}

bool Zone::parse_day(std::string_view& text, Rule::Day& out) {
  std::int64_t a, b, c;
  if (letter(text, 'M')) {
    if (!number(text, a) || !letter(text, '.') || !number(text, b) || !letter(text, '.') || !number(text, c)) return false;
    if (a < 1 || a > 12 || b < 1 || b > 5 || c > 6) return false;
    out.as = Rule::Day::As::weekday;
    out.month = static_cast<int>(a);
    out.week = static_cast<int>(b);
    out.day = static_cast<int>(c);
  } else {
    out.as = letter(text, 'J') ? Rule::Day::As::julian : Rule::Day::As::zero_based;
    if (!number(text, a) || a > 365) return false;
    out.day = static_cast<int>(a);
  }
  return !letter(text, '/') || parse_offset(text, out.time);
}

// POSIX.1-2017, 8.3, with RFC 9636's hours from -167 to 167.
bool Zone::parse_rule(std::string_view text, Rule& out) {
  if (!abbreviation(text) || !parse_offset(text, out.standard)) return false;
  out.standard = -out.standard;
  if (text.empty()) return true;
  out.has_summer = true;
  out.summer = out.standard + 3'600;
  if (!abbreviation(text)) return false;
  if (!text.empty() && text.front() != ',') {
    if (!parse_offset(text, out.summer)) return false;
    out.summer = -out.summer;
  }
  return letter(text, ',') && parse_day(text, out.begin) && letter(text, ',') && parse_day(text, out.end) && text.empty();
}

std::int64_t Zone::second_of(const Rule::Day& day, std::int64_t year) noexcept {
  std::int64_t days = days_from(year, 1, 1);
  switch (day.as) {
    case Rule::Day::As::julian:  // 29 February is never counted
      days += day.day - 1 + (days_in(year, 2) == 29 && day.day >= 60);
      break;
    case Rule::Day::As::zero_based: days += day.day; break;
    case Rule::Day::As::weekday: {
      const std::int64_t first = days_from(year, day.month, 1);
      int date = 1 + (day.day - weekday_of(first) + 7) % 7 + 7 * (day.week - 1);
      while (date > days_in(year, day.month)) date -= 7;
      days = first + date - 1;
      break;
    }
  }
  return days * 86'400 + day.time;
}

std::int64_t Zone::by_rule(std::int64_t utc) const noexcept {
  if (!rule_.has_summer) return rule_.standard;
  const std::int64_t year = civil_from(utc + rule_.standard).year;
  const std::int64_t begin = second_of(rule_.begin, year) - rule_.standard, end = second_of(rule_.end, year) - rule_.summer;
  const bool summer = begin < end ? utc >= begin && utc < end : utc >= begin || utc < end;
  return summer ? rule_.summer : rule_.standard;
}

std::int64_t Zone::offset_at(std::int64_t utc) const noexcept {
  auto after = std::upper_bound(changes_.begin(), changes_.end(), utc, [](std::int64_t moment, const Change& change) { return moment < change.at; });
  if (after == changes_.end() && has_rule_) return by_rule(utc);
  return after == changes_.begin() ? first_offset_ : std::prev(after)->offset;
}

// The last moment in [utc, later] whose offset differs from that of the moment before it; they differ at the ends.
std::int64_t Zone::change_near(std::int64_t utc, std::int64_t later) const noexcept {
  const std::int64_t offset = offset_at(utc);
  while (later - utc > 1) {
    const std::int64_t middle = utc + (later - utc) / 2;
    (offset_at(middle) == offset ? utc : later) = middle;
  }
  return later;
}

Zone::When Zone::when(std::int64_t wall) const noexcept {
  // Whatever the offset is about that time, the moment is the wall time less an offset that is in force then.
  const std::int64_t before = offset_at(wall - furthest), after = offset_at(wall + furthest);
  When out;
  for (std::int64_t offset : {std::max(before, after), std::min(before, after)}) {
    const std::int64_t utc = wall - offset;
    if (offset_at(utc) != offset) continue;
    if (!out.first) out.first = utc;
    else if (*out.first != utc) out.second = utc;
  }
  if (!out.first) {
    // Between two changes within these days: what is in force just then.
    for (std::int64_t utc : {wall - before, wall - after})
      if (const std::int64_t offset = offset_at(utc); offset_at(wall - offset) == offset) out.first = wall - offset;
  }
  if (!out.first) out.gap = change_near(wall - std::max(before, after), wall - std::min(before, after));
  return out;
}

}  // namespace arint::connectors::timer
