// SPDX-License-Identifier: GPL-3.0-or-later
// Regex: a regular expression in ECMAScript syntax, compiled once, matched in time linear in the text.
//
// The syntax is ECMA-262 (2023), section 22.2.1, read as with the flag `u` where that is the stricter or more useful reading
// (\p{...} and \u{...} work) and leniently where scripts are (identity escapes). Refused at compile time, because no automaton can do
// them: backreferences and look-around. Known differences to a backtracking engine: a group inside a repetition keeps its last
// match instead of being reset by each turn; with `m`, lines end at \n only; `i` folds by Unicode's simple case folding.
//
// Immutable and thread-safe once compiled: share it. Text is UTF-8; positions are byte offsets.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace re2 {
class RE2;
}

namespace arint::regex {

class Runs;  // runs.hpp

struct Flags {
  bool ignore_case = false;  // i
  bool multiline = false;    // m: ^ and $ match at line breaks
  bool dot_all = false;      // s: . matches line breaks too
};

// The flags after the closing slash. JSONata allows i and m, each once. Fault::malformed otherwise.
Result<Flags> parse_flags(std::string_view letters);

struct Span {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::size_t start = none;
  std::size_t end = none;
  bool participated() const noexcept { return start != none; }
  bool empty() const noexcept { return start == end; }
  std::string_view of(std::string_view text) const noexcept {
    return participated() ? text.substr(start, end - start) : std::string_view();
  }
};

// One match. Keep one and hand it to match_at again and again: its memory is reused.
struct Match {
  Span whole{};
  std::vector<Span> groups{};  // as many as the pattern has; one that took no part says so
};

class Regex {
 public:
  struct Limits {
    std::size_t pattern_bytes = 16 * 1024;
    std::size_t memory_bytes = 8 * 1024 * 1024;  // RE2's program and its lazily built automata
  };

  // `pattern` without its slashes. Fault::malformed: the sentence names what was found and at which byte.
  static Result<std::shared_ptr<const Regex>> compile(std::string_view pattern, Flags flags = {}) {
    return compile(pattern, flags, Limits());
  }
  static Result<std::shared_ptr<const Regex>> compile(std::string_view pattern, Flags flags, Limits limits);

  ~Regex();
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;

  // Does it match anywhere? The cheapest question.
  bool found_in(std::string_view text) const noexcept;

  // The first match that starts at byte `from` or later; ^ and \b still see what stands before `from`. `from` must be at a character's
  // first byte, at most text.size(). A match may be empty (JSONata raises D1004 then): look at out.whole.empty().
  bool match_at(std::string_view text, std::size_t from, Match& out) const;

  // Where it matches, without the groups: faster than match_at when the pattern has groups nobody asked for.
  Span find(std::string_view text, std::size_t from = 0) const noexcept;

  std::size_t group_count() const noexcept { return group_count_; }
  const std::string& pattern() const noexcept { return pattern_; }  // as written
  Flags flags() const noexcept { return flags_; }

 private:
  Regex(std::string pattern, Flags flags, std::unique_ptr<re2::RE2> engine);

  std::string pattern_;
  Flags flags_;
  std::unique_ptr<re2::RE2> engine_;
  std::unique_ptr<const Runs> runs_;  // found_in without the engine, where that can be
  std::size_t group_count_ = 0;
};

// The pieces between matches. At most `most` pieces; the rest of the text is dropped, as JSONata's $split does.
// `empty_match` tells that the pattern matched nothing at all somewhere: the pieces end there.
struct Pieces {
  std::vector<std::string_view> list{};
  bool empty_match = false;
};
Pieces split(const Regex& regex, std::string_view text, std::size_t most = static_cast<std::size_t>(-1));

}  // namespace arint::regex
