// SPDX-License-Identifier: GPL-3.0-or-later
#include "command/maps/difference.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/text.hpp"

namespace arint::command::maps {
namespace {

constexpr std::size_t most_lines = 2'000;
constexpr std::size_t around = 3;

struct Line {
  char mark;
  std::string_view text;
};

// The longest common lines, by the table of all prefixes.
std::vector<Line> compared(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
  std::vector<std::vector<std::uint16_t>> common(a.size() + 1, std::vector<std::uint16_t>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;)
    for (std::size_t j = b.size(); j-- > 0;)
      common[i][j] = a[i] == b[j] ? static_cast<std::uint16_t>(common[i + 1][j + 1] + 1) : std::max(common[i + 1][j], common[i][j + 1]);
  std::vector<Line> out;
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      out.push_back({' ', a[i]});
      ++i, ++j;
    } else if (i < a.size() && (j == b.size() || common[i + 1][j] >= common[i][j + 1])) {
      out.push_back({'-', a[i++]});
    } else {
      out.push_back({'+', b[j++]});
    }
  }
  return out;
}

}  // namespace

std::string difference(const std::string& expected, const std::string& got) {
  std::vector<std::string_view> a = split(expected, '\n'), b = split(got, '\n');
  if (std::max(a.size(), b.size()) > most_lines) return "expected\n" + expected + "\ngot\n" + got;
  std::vector<Line> lines = compared(a, b);
  std::string out = "- expected, + got";
  bool left_out = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto begin = lines.begin() + static_cast<std::ptrdiff_t>(i - std::min(i, around));
    auto end = lines.begin() + static_cast<std::ptrdiff_t>(std::min(i + around + 1, lines.size()));
    bool near = std::any_of(begin, end, [](const Line& line) { return line.mark != ' '; });
    if (near)
      out += std::string("\n") + lines[i].mark + ' ' + std::string(lines[i].text);
    else if (!left_out)
      out += "\n  ...";
    left_out = !near;
  }
  return out;
}

}  // namespace arint::command::maps
