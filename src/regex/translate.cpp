// SPDX-License-Identifier: GPL-3.0-or-later
// One pass over the pattern, character by character; what both syntaxes share is copied, the rest is rewritten.
// Grammar: ECMA-262 (2023), section 22.2.1. RE2's side: https://github.com/google/re2/wiki/Syntax.
#include "regex/translate.hpp"

#include <cstdint>
#include <vector>

#include "base/text.hpp"
#include "regex/classes.hpp"

namespace arint::regex {
namespace {

class Translator {
 public:
  Translator(std::string_view pattern, Flags flags) : in_(pattern), flags_(flags) {}

  Result<std::string> run() {
    // (?s) is never needed: every dot is written out.
    if (flags_.multiline) out_ += "(?m)";
    while (at_ < in_.size() && problem_.empty()) step();
    if (problem_.empty() && open_groups_ > 0) problem_ = "has a group that is not closed";
    if (!problem_.empty()) return Error{Fault::malformed, problem_};
    return std::move(out_);
  }

 private:
  void fail(std::string why) {
    if (problem_.empty()) problem_ = std::move(why);
  }
  void fail_here(const std::string& what) { fail("has " + what + " at byte " + std::to_string(at_)); }
  bool more(std::size_t ahead = 0) const { return at_ + ahead < in_.size(); }
  char peek(std::size_t ahead = 0) const { return more(ahead) ? in_[at_ + ahead] : '\0'; }
  void atom() { repeatable_ = true; }

  void step() {
    switch (peek()) {
      case '\\': escape(); return;
      case '[': char_class(); return;
      case '(': open_group(); return;
      case ')':
        if (open_groups_ == 0) return fail_here("a closing parenthesis too many");
        --open_groups_;
        ++at_;
        out_ += ')';
        return atom();
      case '|':
      case '^':
      case '$':
        out_ += in_[at_++];
        repeatable_ = false;
        return;
      case '.':
        ++at_;
        out_ += flags_.dot_all ? any_character : not_line_break;
        return atom();
      case '*':
      case '+':
      case '?': return repetition();
      case '{':
        if (counted_length() > 0) return repetition();
        ++at_;
        out_ += "\\{";
        return atom();
      case ']':
      case '}':
        out_ += '\\';
        out_ += in_[at_++];
        return atom();
      default: literal(); return;
    }
  }

  void literal() {
    append_literal(out_, next_code_point(in_, at_));
    atom();
  }

  // The bytes of {n}, {n,} or {n,m}; 0 when the brace is only a brace.
  std::size_t counted_length() const {
    std::size_t i = at_ + 1;
    std::size_t digits = 0;
    while (i < in_.size() && in_[i] >= '0' && in_[i] <= '9') ++i, ++digits;
    if (digits == 0) return 0;
    if (i < in_.size() && in_[i] == ',')
      for (++i; i < in_.size() && in_[i] >= '0' && in_[i] <= '9';) ++i;
    return i < in_.size() && in_[i] == '}' ? i + 1 - at_ : 0;
  }

  void repetition() {
    if (!repeatable_) return fail_here("a repetition with nothing to repeat");
    std::size_t length = peek() == '{' ? counted_length() : 1;
    out_ += in_.substr(at_, length);
    at_ += length;
    if (peek() == '?') {
      out_ += '?';
      ++at_;
    }
    repeatable_ = false;  // a** and a{2}{3} are no ECMAScript
  }

  void open_group() {
    ++at_;
    ++open_groups_;
    repeatable_ = false;
    if (peek() != '?') {
      out_ += '(';
      return;
    }
    if (peek(1) == ':') {
      out_ += "(?:";
      at_ += 2;
      return;
    }
    bool behind = peek(1) == '<' && (peek(2) == '=' || peek(2) == '!');
    if (peek(1) == '=' || peek(1) == '!' || behind)
      return fail("uses look-" + std::string(behind ? "behind" : "ahead") + " at byte " + std::to_string(at_ - 1) +
                  ", which cannot be matched in linear time and is not supported");
    std::size_t end = in_.find('>', at_);
    if (peek(1) != '<' || end == std::string_view::npos || end == at_ + 2) return fail_here("an unknown kind of group");
    // Names are not asked for by anybody; the group is numbered like the others.
    out_ += '(';
    at_ = end + 1;
  }

  void escape() {
    char c = peek(1);
    if (!more(1)) return fail_here("a backslash at its end");
    if (c >= '1' && c <= '9')
      return fail("uses the backreference " + std::string(in_.substr(at_, 2)) + " at byte " + std::to_string(at_) +
                  ", which cannot be matched in linear time and is not supported");
    if (c == 'k' && peek(2) == '<')
      return fail("uses a named backreference at byte " + std::to_string(at_) +
                  ", which cannot be matched in linear time and is not supported");
    if (c == 'b' || c == 'B') {
      out_ += in_.substr(at_, 2);
      at_ += 2;
      repeatable_ = false;
      return;
    }
    atom();
    Escape found = read_escape(in_, at_, false);
    if (!found.problem.empty()) return fail(found.problem);
    if (found.is_class)
      out_ += "[" + found.ranges + "]";
    else
      append_literal(out_, found.code_point);
  }

  void char_class() {
    std::size_t start = at_++;
    bool negated = peek() == '^';
    if (negated) ++at_;
    std::string ranges;
    for (bool closed = false; !closed;) {
      if (!more()) {
        at_ = start;
        return fail_here("a character class that is not closed");
      }
      if (peek() == ']') {
        ++at_;
        closed = true;
      } else if (!class_item(ranges)) {
        return;
      }
    }
    if (ranges.empty())
      out_ += negated ? any_character : no_character;
    else
      out_ += (negated ? "[^" : "[") + ranges + "]";
    atom();
  }

  Escape class_atom() {
    if (peek() == '\\') return read_escape(in_, at_, true);
    Escape out;
    out.code_point = next_code_point(in_, at_);
    return out;
  }

  // One character, class escape or range; false after a problem.
  bool class_item(std::string& ranges) {
    Escape first = class_atom();
    if (!first.problem.empty()) return fail(first.problem), false;
    bool dash = peek() == '-' && more(1) && peek(1) != ']';
    if (first.is_class || !dash) {
      if (first.is_class)
        ranges += first.ranges;
      else
        append_range(ranges, first.code_point, first.code_point);
      return true;
    }
    std::size_t dash_at = at_++;
    Escape last = class_atom();
    if (!last.problem.empty()) return fail(last.problem), false;
    if (last.is_class) {
      // [a-\d]: the dash is a dash.
      append_range(ranges, first.code_point, first.code_point);
      append_range(ranges, '-', '-');
      ranges += last.ranges;
      return true;
    }
    if (last.code_point < first.code_point) {
      at_ = dash_at;
      return fail_here("a character range that runs backwards"), false;
    }
    append_range(ranges, first.code_point, last.code_point);
    return true;
  }

  std::string_view in_;
  Flags flags_;
  std::size_t at_ = 0;
  std::string out_;
  std::string problem_;
  std::size_t open_groups_ = 0;
  bool repeatable_ = false;
};

}  // namespace

Result<std::string> translate(std::string_view pattern, Flags flags) {
  if (!valid_utf8(pattern)) return Error{Fault::malformed, "is not UTF-8"};
  return Translator(pattern, flags).run();
}

}  // namespace arint::regex
