// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/statement/statement.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "connectors/sql/statement/words.hpp"

namespace arint::connectors::sql {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; }
bool in_name(char c) { return begins_name(c) || is_digit(c); }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

std::string opening_of(std::string_view sql) {
  std::string line;
  for (char c : sql) {
    if (!is_blank(c)) line += c;
    else if (!line.empty() && line.back() != ' ') line += ' ';
    if (line.size() > 80) break;
  }
  return quoted(trim(line), 60);
}

// One pass over the text. Every token is copied as it stands, but for parameters; quotes and comments are tokens.
class Scanner {
 public:
  Scanner(std::string_view sql, Dialect dialect, Statement& out, StatementFault& fault)
      : sql_(sql), postgresql_(dialect == Dialect::postgresql), out_(out), fault_(fault) {}

  bool run() {
    while (at_ < sql_.size())
      if (!token()) return false;
    if (!anything_) return fail(0, "there is no statement here");
    finish();
    return true;
  }

 private:
  char now() const { return sql_[at_]; }
  char peek(std::size_t ahead) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }
  bool fail(std::size_t offset, std::string sentence) {
    fault_ = {offset, std::move(sentence)};
    return false;
  }
  void copy_to(std::size_t end) {
    out_.text.append(sql_.substr(at_, end - at_));
    at_ = end;
  }

  bool token() {
    char c = now();
    if (is_blank(c)) return copy_to(at_ + 1), true;
    if ((c == '-' && peek(1) == '-') || (c == '/' && peek(1) == '*')) return comment();
    if (c == '\0') return fail(at_, "a zero byte cannot stand in SQL");
    if (ended_) return fail(at_, "a second command begins here; one `sql` is one command: use `statements:` to send several in one transaction");
    if (c == ';') {
      // Not copied: the database needs none, and a script with several commands stops here.
      if (!anything_) return fail(at_, "there is no statement before this \";\"");
      ended_ = true;
      ++at_;
      return true;
    }
    anything_ = true;
    if (begins_name(c)) return word();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (c == '\'' || c == '"') return quote(c, false);
    if (!postgresql_ && (c == '`' || c == '[')) return quote(c == '[' ? ']' : c, false);
    if (c == ':') return colon();
    if (c == '$' && postgresql_) return dollar();
    if (!postgresql_ && (c == '$' || c == '?' || c == '@')) return fail(at_, "only `:name` is a parameter here, no " + quoted(sql_.substr(at_, 1)));
    return sign();
  }

  // A parameter, the `::` of a cast, `:=`, or the colon of a slice.
  bool colon() {
    if (peek(1) == ':') return copy_to(at_ + 2), after_sign();
    const bool slice = postgresql_ && !open_.empty() && open_.back() == '[' && operand_;
    if (slice || !begins_name(peek(1))) {
      // SQLite would take it for a parameter of its own, and nobody would give it a value.
      if (!postgresql_ && in_name(peek(1))) return fail(at_, "the name of a parameter begins with a letter");
      return copy_to(at_ + 1), after_sign();
    }
    std::size_t end = at_ + 1;
    while (end < sql_.size() && in_name(sql_[end])) ++end;
    std::string name(sql_.substr(at_ + 1, end - at_ - 1));
    auto known = std::find(out_.names.begin(), out_.names.end(), name);
    const std::size_t number = static_cast<std::size_t>(known - out_.names.begin()) + 1;
    if (known == out_.names.end()) {
      if (out_.names.size() == most_parameters) return fail(at_, "more than 32,766 parameters");
      out_.names.push_back(std::move(name));
    }
    // `limit:n` must not become the word `limit$1`.
    if (!out_.text.empty() && in_name(out_.text.back())) out_.text += ' ';
    out_.text += (postgresql_ ? '$' : '?') + std::to_string(number);
    at_ = end;
    return operand();
  }

  bool word() {
    std::size_t end = at_ + 1;
    while (end < sql_.size() && (in_name(sql_[end]) || sql_[end] == '$')) ++end;
    std::string word = lower(sql_.substr(at_, end - at_));
    // E'...' is the one quote in which a backslash escapes.
    const bool escapes = postgresql_ && word == "e" && end < sql_.size() && sql_[end] == '\'';
    copy_to(end);
    if (escapes) return quote('\'', true);
    note(word);
    operand_ = true;
    last_word_ = std::move(word);
    after_quoted_name_ = false;
    return true;
  }

  // What kind of command is it? The first word says it, but for `with`: there it is the first command outside of all brackets.
  void note(const std::string& word) {
    if (changes_something(word)) changes_ = true;
    if (first_word_.empty()) first_word_ = word;
    if (!out_.command.empty()) return;
    if (first_word_ != "with") out_.command = word;
    else if (open_.empty() && (begins_reading(word) || (changes_something(word) && word != "into"))) out_.command = word;
  }

  bool number() {
    std::size_t end = at_ + 1;
    while (end < sql_.size() && (in_name(sql_[end]) || sql_[end] == '.')) ++end;
    copy_to(end);
    return operand();
  }

  // From the opening quote to `close`; doubled, it stands for itself (but in SQLite's [name]).
  bool quote(char close, bool escapes) {
    const std::size_t begin = at_;
    for (std::size_t i = at_ + 1; i < sql_.size(); ++i) {
      if (sql_[i] == '\0') return fail(i, "a zero byte cannot stand in SQL");
      if (escapes && sql_[i] == '\\') {
        ++i;
      } else if (sql_[i] == close) {
        if (close != ']' && i + 1 < sql_.size() && sql_[i + 1] == close) {
          ++i;
          continue;
        }
        copy_to(i + 1);
        operand();
        after_quoted_name_ = close != '\'';
        return true;
      }
    }
    return fail(begin, "this quote is not closed");
  }

  // To the end of the line, or to the "*/"; PostgreSQL's nest, SQLite's do not and may be left open (we are stricter).
  bool comment() {
    if (now() == '-') {
      std::size_t end = sql_.find('\n', at_);
      return copy_to(end == std::string_view::npos ? sql_.size() : end), true;
    }
    const std::size_t begin = at_;
    std::size_t depth = 1;
    for (std::size_t i = at_ + 2; i + 1 < sql_.size(); ++i) {
      if (sql_[i] == '*' && sql_[i + 1] == '/') {
        ++i;
        if (--depth == 0) return copy_to(i + 1), true;
      } else if (postgresql_ && sql_[i] == '/' && sql_[i + 1] == '*') {
        ++i;
        ++depth;
      }
    }
    return fail(begin, "this comment is not closed");
  }

  // $$...$$ and $tag$...$tag$.
  bool dollar() {
    if (is_digit(peek(1))) return fail(at_, "parameters have names here: write `:name`, not " + quoted(sql_.substr(at_, 2)));
    std::size_t end = at_ + 1;
    if (end < sql_.size() && begins_name(sql_[end]))
      while (end < sql_.size() && in_name(sql_[end])) ++end;
    if (end >= sql_.size() || sql_[end] != '$') return sign();
    std::string_view tag = sql_.substr(at_, end + 1 - at_);
    std::size_t close = sql_.find(tag, end + 1);
    if (close == std::string_view::npos) return fail(at_, "this " + std::string(tag) + " quote is not closed");
    copy_to(close + tag.size());
    return operand();
  }

  // Brackets and operators.
  bool sign() {
    char c = now();
    if (c == '(' && (after_quoted_name_ || (!last_word_.empty() && !harmless_before_parenthesis(last_word_)))) calls_ = true;
    if (c == '(' || c == '[') open_ += c;
    const bool closes = c == ')' || c == ']';
    if (closes && !open_.empty()) open_.pop_back();
    copy_to(at_ + 1);
    return closes ? operand() : after_sign();
  }

  bool operand() { return end_token(true); }
  bool after_sign() { return end_token(false); }
  bool end_token(bool operand) {
    operand_ = operand;
    last_word_.clear();
    after_quoted_name_ = false;
    return true;
  }

  void finish() {
    if (out_.command.empty()) out_.command = first_word_;
    while (!out_.text.empty() && is_blank(out_.text.back())) out_.text.pop_back();
    out_.opening = opening_of(trim(sql_));
    out_.reads = begins_reading(out_.command) && !changes_;
    out_.pure = out_.reads && !calls_;
  }

  std::string_view sql_;
  bool postgresql_;
  Statement& out_;
  StatementFault& fault_;
  std::size_t at_ = 0;
  std::string open_{};                // the brackets around us
  std::string first_word_{}, last_word_{};
  bool operand_ = false;              // the last token ends a value: a colon behind it cannot begin a parameter in a[...]
  bool after_quoted_name_ = false;
  bool anything_ = false, ended_ = false;
  bool changes_ = false, calls_ = false;
};

}  // namespace

bool compile(std::string_view sql, Dialect dialect, Statement& out, StatementFault& fault) {
  out = {.dialect = dialect};
  return Scanner(sql, dialect, out, fault).run();
}

}  // namespace arint::connectors::sql
