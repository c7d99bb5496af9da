// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/units.hpp"

#include <time.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <span>

namespace arint {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr std::array durations{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000}, Unit{"d", 86'400'000}};
constexpr std::array sizes{Unit{"B", 1}, Unit{"KiB", 1ull << 10}, Unit{"MiB", 1ull << 20}, Unit{"GiB", 1ull << 30}};

std::optional<std::uint64_t> parse(std::string_view text, std::span<const Unit> units, std::string_view bare_unit) {
  double number = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (problem != std::errc() || number < 0) return std::nullopt;
  std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  if (name.empty()) name = bare_unit;
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    double whole = number * static_cast<double>(unit.factor);
    if (whole != std::floor(whole) || whole > 9e15) return std::nullopt;
    return static_cast<std::uint64_t>(whole);
  }
  return std::nullopt;
}

std::string shortest(std::uint64_t amount, std::span<const Unit> units) {
  for (std::size_t i = units.size(); i-- > 1;)
    if (amount && amount % units[i].factor == 0) return std::to_string(amount / units[i].factor) + std::string(units[i].name);
  return std::to_string(amount) + std::string(units[0].name);
}

}  // namespace

std::optional<Millis> parse_duration(std::string_view text) {
  auto amount = parse(text, durations, text == "0" ? "ms" : "");
  if (!amount || *amount > 36'525ull * 86'400'000ull) return std::nullopt;
  return Millis(static_cast<std::int64_t>(*amount));
}

std::optional<Size> parse_size(std::string_view text) {
  auto amount = parse(text, sizes, "B");
  if (!amount) return std::nullopt;
  return Size{*amount};
}

std::string to_text(Millis duration) { return shortest(static_cast<std::uint64_t>(duration.count()), durations); }
std::string to_text(Size size) { return shortest(size.bytes, sizes); }

std::string rfc3339(std::int64_t millis) {
  std::int64_t seconds = millis / 1000, rest = millis % 1000;
  if (rest < 0) {
    rest += 1000;
    --seconds;
  }
  time_t time = seconds;
  tm parts{};
  gmtime_r(&time, &parts);
  char out[64];
  std::snprintf(out, sizeof out, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                parts.tm_hour, parts.tm_min, parts.tm_sec, static_cast<int>(rest));
  return out;
}

std::string http_date(std::int64_t seconds) {
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  time_t time = seconds;
  tm parts{};
  gmtime_r(&time, &parts);
  char out[64];
  std::snprintf(out, sizeof out, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[parts.tm_wday], parts.tm_mday, months[parts.tm_mon],
                parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return out;
}

}  // namespace arint
