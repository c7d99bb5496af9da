// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/line/scan.hpp"

#include "log/actions/line/encode.hpp"

namespace arint::log {
namespace {

// `at` stands behind the opening quote; the result is the index of the closing one, or npos.
std::size_t closing_quote(std::string_view line, std::size_t at) noexcept {
  while (at < line.size() && line[at] != '"') at += line[at] == '\\' ? 2 : 1;
  return at < line.size() ? at : std::string_view::npos;
}

// The index behind the value that begins at `at`, or npos.
std::size_t end_of_value(std::string_view line, std::size_t at) noexcept {
  int depth = 0;
  for (; at < line.size(); ++at) {
    char c = line[at];
    if (c == '"') {
      at = closing_quote(line, at + 1);
      if (at == std::string_view::npos) return at;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (depth > 0 && (c == '}' || c == ']')) {
      --depth;
    } else if (depth == 0 && (c == ',' || c == '}')) {
      return at;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::optional<std::string_view> raw_value(std::string_view line, std::string_view key) noexcept {
  if (line.empty() || line[0] != '{') return std::nullopt;
  for (std::size_t at = 1; at < line.size() && line[at] == '"';) {
    std::size_t end = closing_quote(line, at + 1);
    if (end == std::string_view::npos || end + 1 >= line.size() || line[end + 1] != ':') return std::nullopt;
    std::string_view name = line.substr(at + 1, end - at - 1);
    std::size_t begin = end + 2;
    std::size_t stop = end_of_value(line, begin);
    if (stop == std::string_view::npos) return std::nullopt;
    if (name == key) {
      std::string_view value = line.substr(begin, stop - begin);
      if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
      return value;
    }
    if (line[stop] == '}') return std::nullopt;
    at = stop + 1;
  }
  return std::nullopt;
}

bool looks_like_action(std::string_view line) noexcept {
  constexpr std::string_view first = "{\"time\":\"", second = "\"sequence\":";
  return line.size() > stamp_bytes + second.size() && line.back() == '}' && line.starts_with(first) &&
         line.substr(stamp_bytes).starts_with(second);
}

}  // namespace arint::log
