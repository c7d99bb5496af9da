// SPDX-License-Identifier: GPL-3.0-or-later
// Hostile patterns and texts: whatever compiles must match within bounds. The first line is the pattern, the rest the text.
#include <cstdint>

#include "regex/regex.hpp"
#include "regex/replacement.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::size_t line = input.find('\n');
  std::string_view pattern = input.substr(0, line);
  std::string_view text = line == std::string_view::npos ? std::string_view() : input.substr(line + 1);
  arint::Result<std::shared_ptr<const arint::regex::Regex>> regex =
      arint::regex::Regex::compile(pattern, {.ignore_case = size % 2 == 1, .multiline = size % 3 == 1}, {.memory_bytes = 1 << 20});
  if (!regex) return 0;
  arint::regex::Match match;
  arint::regex::Replacement replacement(text.substr(0, 40), (*regex)->group_count());
  std::string out;
  for (std::size_t from = 0; out.size() < 10'000 && (*regex)->match_at(text, from, match);) {
    if (match.whole.start < from || match.whole.end > text.size()) __builtin_trap();
    replacement.append(out, text, match);
    if (match.whole.empty()) break;
    from = match.whole.end;
  }
  return 0;
}
