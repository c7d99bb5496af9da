// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/chain/files.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/units.hpp"

namespace arint::log {
namespace {
constexpr std::string_view prefix = "actions-", suffix = ".log";
}

std::string closed_name(std::int64_t time_ms, std::uint64_t first_sequence) {
  std::string time = rfc3339(time_ms).substr(0, 19);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  std::string number = std::to_string(first_sequence);
  if (number.size() < 12) number.insert(0, 12 - number.size(), '0');
  return std::string(prefix) + time + "Z-" + number + std::string(suffix);
}

std::optional<std::uint64_t> first_sequence_of(std::string_view name) {
  if (!name.starts_with(prefix) || !name.ends_with(suffix)) return std::nullopt;
  name.remove_suffix(suffix.size());
  std::size_t dash = name.rfind('-');
  if (dash < prefix.size()) return std::nullopt;
  std::string_view number = name.substr(dash + 1);
  std::uint64_t out = 0;
  auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), out);
  if (problem != std::errc() || end != number.data() + number.size()) return std::nullopt;
  return out;
}

std::filesystem::path free_closed_path(const std::filesystem::path& folder, std::int64_t time_ms, std::uint64_t first_sequence) {
  std::error_code ignored;
  for (;; time_ms += 1000) {
    std::filesystem::path out = folder / closed_name(time_ms, first_sequence);
    if (!std::filesystem::exists(out, ignored)) return out;
  }
}

std::vector<LogFile> list_files(const std::filesystem::path& folder) {
  std::vector<LogFile> out;
  std::error_code problem;
  for (std::filesystem::directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem)) {
    std::string name = it->path().filename().string();
    if (name == active_name) out.push_back({it->path(), std::numeric_limits<std::uint64_t>::max(), true});
    else if (auto first = first_sequence_of(name)) out.push_back({it->path(), *first, false});
  }
  // Files that begin with the same line (one of them without lines) stand in the order of their times.
  std::sort(out.begin(), out.end(), [](const LogFile& a, const LogFile& b) {
    return a.first_sequence != b.first_sequence ? a.first_sequence < b.first_sequence : a.path < b.path;
  });
  return out;
}

}  // namespace arint::log
