// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/parse/tokens.hpp"

#include <charconv>
#include <cmath>
#include <string>

#include "base/text.hpp"

namespace arint::mapping {
namespace {

constexpr std::string_view blanks = " \t\n\r\v";
// A character of this set ends a name.
constexpr std::string_view operator_characters = ".[]{}(),@#;:?+-*/%|=<>^&!~";
constexpr std::string_view double_operators[] = {"..", ":=", "!=", ">=", "<=", "**", "~>", "?:", "??"};

bool digit(char c) noexcept { return c >= '0' && c <= '9'; }

int hex_value(char c) noexcept {
  if (digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The four hex digits at text[at], or -1.
int four_digits(std::string_view text, std::size_t at) noexcept {
  if (at + 4 > text.size()) return -1;
  int unit = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    int value = hex_value(text[i]);
    if (value < 0) return -1;
    unit = unit << 4 | value;
  }
  return unit;
}

}  // namespace

void Tokenizer::skip_blanks() {
  for (;;) {
    while (at_ < source_.size() && blanks.find(source_[at_]) != std::string_view::npos) ++at_;
    if (peek() != '/' || peek(1) != '*') return;
    std::size_t close = source_.find("*/", at_ + 2);
    if (close == std::string_view::npos) refuse("S0106", at_, "the comment is not closed with */");
    at_ = close + 2;
  }
}

Token Tokenizer::next(bool value_may_stand_here) {
  skip_blanks();
  if (at_ >= source_.size()) return {.kind = TokenKind::end, .offset = source_.size(), .text = "(end)"};
  char c = source_[at_];
  if (c == '/' && value_may_stand_here) return regex();
  for (std::string_view two : double_operators)
    if (source_.substr(at_, 2) == two) {
      at_ += 2;
      return {.kind = TokenKind::op, .offset = at_ - 2, .text = two};
    }
  if (c == '!' || c == '~') refuse("S0204", at_, "there is no operator " + quoted(source_.substr(at_, 1)));
  if (operator_characters.find(c) != std::string_view::npos) {
    ++at_;
    return {.kind = TokenKind::op, .offset = at_ - 1, .text = source_.substr(at_ - 1, 1)};
  }
  if (c == '"' || c == '\'') return text(c);
  if (digit(c)) return number();
  return name();
}

Token Tokenizer::regex() {
  // The pattern ends at the first / that is neither escaped nor inside ( ) [ ] { }.
  std::size_t start = ++at_;
  int depth = 0;
  for (; at_ < source_.size(); ++at_) {
    char c = source_[at_];
    bool escaped = source_[at_ - 1] == '\\' && !(at_ - 1 > start && source_[at_ - 2] == '\\');
    if (c == '/' && !escaped && depth == 0) {
      std::string_view pattern = source_.substr(start, at_ - start);
      if (pattern.empty()) refuse("S0301", start - 1, "a regular expression cannot be empty");
      std::size_t flags = ++at_;
      while (peek() == 'i' || peek() == 'm') ++at_;
      return {.kind = TokenKind::regex, .offset = start - 1, .text = pattern, .flags = source_.substr(flags, at_ - flags)};
    }
    if ((c == '(' || c == '[' || c == '{') && !escaped) ++depth;
    if ((c == ')' || c == ']' || c == '}') && !escaped) --depth;
  }
  refuse("S0302", start - 1, "the regular expression is not closed with /");
}

Token Tokenizer::text(char quote) {
  std::size_t start = at_++;
  std::size_t plain = source_.find_first_of(quote == '"' ? std::string_view("\"\\") : std::string_view("'\\"), at_);
  if (plain != std::string_view::npos && source_[plain] == quote) {
    // Nothing to decode: the text stays in the source.
    Token out{.kind = TokenKind::text, .offset = start, .text = source_.substr(at_, plain - at_)};
    at_ = plain + 1;
    return out;
  }
  std::string decoded;
  while (at_ < source_.size()) {
    char c = source_[at_];
    if (c == quote) {
      ++at_;
      return {.kind = TokenKind::text, .offset = start, .text = arena_.copy(decoded)};
    }
    if (c != '\\') {
      decoded += c;
      ++at_;
      continue;
    }
    constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    char letter = peek(1);
    std::size_t known = at_ + 1 < source_.size() ? letters.find(letter) : std::string_view::npos;
    if (known != std::string_view::npos) {
      decoded += meanings[known];
      at_ += 2;
    } else if (letter == 'u') {
      int unit = four_digits(source_, at_ + 2);
      if (unit < 0) refuse("S0104", at_, "\\u must be followed by four hexadecimal digits");
      at_ += 6;
      char32_t point = static_cast<char32_t>(unit);
      // A pair of surrogates is one character; a lone one is kept.
      int low = unit >= 0xD800 && unit < 0xDC00 && peek() == '\\' && peek(1) == 'u' ? four_digits(source_, at_ + 2) : -1;
      if (low >= 0xDC00 && low < 0xE000) {
        point = 0x10000 + ((point - 0xD800) << 10) + static_cast<char32_t>(low - 0xDC00);
        at_ += 6;
      }
      append_utf8(decoded, point);
    } else {
      refuse("S0103", at_, "the escape " + quoted(source_.substr(at_, 2)) + " is not known; a backslash itself is written twice");
    }
  }
  refuse("S0101", start, "the text is not closed with " + std::string(1, quote));
}

Token Tokenizer::number() {
  // RFC 8259, section 6, without the sign.
  std::size_t start = at_;
  if (peek() == '0') {
    ++at_;
  } else {
    while (digit(peek())) ++at_;
  }
  if (peek() == '.' && digit(peek(1))) {
    ++at_;
    while (digit(peek())) ++at_;
  }
  if (peek() == 'e' || peek() == 'E') {
    std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
    if (digit(peek(1 + sign))) {
      at_ += 1 + sign;
      while (digit(peek())) ++at_;
    }
  }
  Token out{.kind = TokenKind::number, .offset = start, .text = source_.substr(start, at_ - start)};
  auto [end, problem] = std::from_chars(out.text.data(), out.text.data() + out.text.size(), out.number);
  (void)end;
  if (problem == std::errc::result_out_of_range) {
    std::size_t e = out.text.find_first_of("eE");
    bool tiny = e != std::string_view::npos && out.text[e + 1] == '-';
    if (!tiny) refuse("S0102", start, "the number " + quoted(out.text) + " is too large");
    out.number = 0;
  }
  return out;
}

Token Tokenizer::name() {
  std::size_t start = at_;
  if (peek() == '`') {
    std::size_t close = source_.find('`', start + 1);
    if (close == std::string_view::npos) refuse("S0105", start, "the name is not closed with a back quote");
    at_ = close + 1;
    return {.kind = TokenKind::name, .offset = start, .text = source_.substr(start + 1, close - start - 1)};
  }
  while (at_ < source_.size() && blanks.find(source_[at_]) == std::string_view::npos &&
         operator_characters.find(source_[at_]) == std::string_view::npos)
    ++at_;
  std::string_view word = source_.substr(start, at_ - start);
  if (word[0] == '$') return {.kind = TokenKind::variable, .offset = start, .text = word.substr(1)};
  Token out{.kind = TokenKind::name, .offset = start, .text = word};
  if (word == "or" || word == "in" || word == "and") out.kind = TokenKind::op;
  if (word == "true" || word == "false" || word == "null") out.kind = TokenKind::literal;
  return out;
}

}  // namespace arint::mapping
