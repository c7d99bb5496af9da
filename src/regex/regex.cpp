// SPDX-License-Identifier: GPL-3.0-or-later
#include "regex/regex.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "regex/runs.hpp"
#include "regex/translate.hpp"

namespace arint::regex {
namespace {

// A group that took no part is told by a null pointer, so an empty text must not have one.
re2::StringPiece piece(std::string_view text) { return {text.data() ? text.data() : "", text.size()}; }

Span span_of(const re2::StringPiece& part, const re2::StringPiece& text) {
  if (part.data() == nullptr) return {};
  std::size_t start = static_cast<std::size_t>(part.data() - text.data());
  return {start, start + part.size()};
}

Error refused(std::string_view pattern, const std::string& why) {
  return Error{Fault::malformed, "the regular expression " + quoted(pattern, 60) + " " + why};
}

// RE2's own words are about its own syntax; ours are about what the user wrote.
std::string explained(const re2::RE2& engine) {
  switch (engine.error_code()) {
    case re2::RE2::ErrorPatternTooLarge: return "needs more memory than it may take; make its repetitions smaller";
    case re2::RE2::ErrorRepeatSize: return "repeats more than 1000 times (nested repetitions multiply)";
    case re2::RE2::ErrorBadCharRange: return "has a character range that runs backwards: " + quoted(engine.error_arg(), 40);
    case re2::RE2::ErrorRepeatArgument:
    case re2::RE2::ErrorRepeatOp: return "has a repetition with nothing to repeat: " + quoted(engine.error_arg(), 40);
    case re2::RE2::ErrorMissingParen: return "has a group that is not closed";
    case re2::RE2::ErrorUnexpectedParen: return "has a closing parenthesis too many";
    case re2::RE2::ErrorMissingBracket: return "has a character class that is not closed";
    case re2::RE2::ErrorBadUTF8: return "is not UTF-8";
    default: return "cannot be compiled: " + engine.error();
  }
}

}  // namespace

Result<Flags> parse_flags(std::string_view letters) {
  Flags flags;
  for (char letter : letters) {
    bool* flag = letter == 'i' ? &flags.ignore_case : letter == 'm' ? &flags.multiline : nullptr;
    if (!flag)
      return Error{Fault::malformed, "unknown regular expression flag " + quoted(std::string_view(&letter, 1)) + ", allowed are i and m"};
    if (*flag) return Error{Fault::malformed, "the regular expression flag " + quoted(std::string_view(&letter, 1)) + " is there twice"};
    *flag = true;
  }
  return flags;
}

Regex::Regex(std::string pattern, Flags flags, std::unique_ptr<re2::RE2> engine)
    : pattern_(std::move(pattern)), flags_(flags), engine_(std::move(engine)),
      group_count_(static_cast<std::size_t>(engine_->NumberOfCapturingGroups())) {
  if (flags_.ignore_case || flags_.multiline || flags_.dot_all) return;
  if (std::optional<Runs> runs = Runs::of(pattern_)) runs_ = std::make_unique<const Runs>(std::move(*runs));
}

Regex::~Regex() = default;

Result<std::shared_ptr<const Regex>> Regex::compile(std::string_view pattern, Flags flags, Limits limits) {
  if (pattern.size() > limits.pattern_bytes)
    return refused(pattern, "is longer than " + std::to_string(limits.pattern_bytes) + " bytes");
  Result<std::string> translated = translate(pattern, flags);
  if (!translated) return refused(pattern, translated.error().sentence);

  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(static_cast<std::int64_t>(limits.memory_bytes));
  options.set_case_sensitive(!flags.ignore_case);
  auto engine = std::make_unique<re2::RE2>(*translated, options);
  if (!engine->ok()) return refused(pattern, explained(*engine));
  return std::shared_ptr<const Regex>(new Regex(std::string(pattern), flags, std::move(engine)));
}

bool Regex::found_in(std::string_view text) const noexcept {
  return runs_ ? runs_->match(text) : engine_->Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

Span Regex::find(std::string_view text, std::size_t from) const noexcept {
  re2::StringPiece subject = piece(text);
  re2::StringPiece whole;
  if (from > text.size() || !engine_->Match(subject, from, text.size(), re2::RE2::UNANCHORED, &whole, 1)) return {};
  return span_of(whole, subject);
}

bool Regex::match_at(std::string_view text, std::size_t from, Match& out) const {
  // Most patterns have few groups; the array on the stack spares an allocation per match.
  std::array<re2::StringPiece, 16> few;
  std::vector<re2::StringPiece> many;
  re2::StringPiece* parts = few.data();
  std::size_t count = group_count_ + 1;
  if (count > few.size()) {
    many.resize(count);
    parts = many.data();
  }
  re2::StringPiece subject = piece(text);
  if (from > text.size() || !engine_->Match(subject, from, text.size(), re2::RE2::UNANCHORED, parts, static_cast<int>(count)))
    return false;
  out.whole = span_of(parts[0], subject);
  out.groups.resize(group_count_);
  for (std::size_t i = 0; i < group_count_; ++i) out.groups[i] = span_of(parts[i + 1], subject);
  return true;
}

Pieces split(const Regex& regex, std::string_view text, std::size_t most) {
  Pieces out;
  std::size_t from = 0;
  while (out.list.size() < most) {
    Span found = regex.find(text, from);
    if (found.participated() && found.empty()) {
      out.empty_match = true;
      return out;
    }
    if (!found.participated()) {
      out.list.push_back(text.substr(from));
      return out;
    }
    out.list.push_back(text.substr(from, found.start - from));
    from = found.end;
  }
  return out;
}

}  // namespace arint::regex
