// SPDX-License-Identifier: GPL-3.0-or-later
// Matches: one match after the other, of a text, a regular expression, or a function that behaves like one (text -> {match, start, end,
// groups, next}). Positions are bytes here; users see UTF-16 code units, as ECMAScript counts.
#pragma once
#include <optional>
#include <string_view>

#include "mapping/functions/function.hpp"
#include "regex/regex.hpp"

namespace arint::mapping {

// UTF-16 code units before byte `at`, counted from a place already known.
struct UnitCounter {
  std::size_t byte = 0, unit = 0;
  std::size_t at(std::string_view text, std::size_t to) noexcept;
};

class Matches {
 public:
  // `pattern` is a text or a function. Nothing has matched yet.
  Matches(Call& call, const Value& pattern, std::string_view subject);

  // False when there is no further match. Throws D1004 when a match after the first is empty, T1010 for a function that returns no match.
  bool next();

  // Of the current match.
  std::size_t start() const noexcept { return match_.whole.start; }
  std::size_t end() const noexcept { return match_.whole.end; }
  std::string_view text() const noexcept { return text_; }
  // The groups as values; a group that took no part is absent.
  Value groups();
  std::size_t unit_start();
  // What functions receive: {match, start, end, groups}.
  Value object();
  // For Replacement: the match as spans of `subject_of_spans()`.
  const regex::Match& spans();
  std::string_view subject_of_spans() const noexcept { return custom_ ? custom_subject_ : subject_; }
  std::size_t group_count() const noexcept;
  bool plain_text() const noexcept { return !regex_ && !custom_; }

 private:
  bool next_text();
  bool next_regex();
  bool next_custom();

  Call& call_;
  std::string_view subject_;
  std::string_view wanted_{};             // a text
  const regex::Regex* regex_ = nullptr;   // or a regular expression
  const Function* custom_ = nullptr;      // or a function; then `next` of the match before
  bool began_ = false;
  regex::Match match_{}, custom_spans_{};
  std::string_view text_{};
  Value custom_match_{};
  std::string_view custom_subject_{};
  UnitCounter units_{};
};

}  // namespace arint::mapping
