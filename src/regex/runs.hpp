// SPDX-License-Identifier: GPL-3.0-or-later
// Runs: a pattern that is a row of ASCII character classes from the start of the text, like ^[A-Z]{2}-\d+$, matched byte by byte without an
// automaton. Only patterns where taking as much as one can is always right; all others are the engine's.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace arint::regex {

class Runs {
 public:
  // `pattern` in ECMAScript syntax, without flags. nullopt: it is not of that kind.
  static std::optional<Runs> of(std::string_view pattern);

  // Does it match? `text` is UTF-8.
  bool match(std::string_view text) const noexcept;

 private:
  friend class RunsReader;
  static constexpr std::size_t most_runs = 16;
  struct Run {
    std::uint32_t least;
    std::uint32_t most;
  };

  std::array<std::uint16_t, 256> runs_of_{};  // by byte: a bit for each run whose class it is in
  std::vector<Run> runs_{};
  bool to_end_ = false;
};

}  // namespace arint::regex
