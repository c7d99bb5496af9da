// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens of a JSONata source, one at a time: the parser says whether a value may stand here, because only then `/` starts a
// regular expression.
#pragma once
#include <cstdint>
#include <string_view>

#include "document/arena.hpp"
#include "mapping/parse/fault.hpp"

namespace arint::mapping {

enum class TokenKind : std::uint8_t { end, name, variable, op, text, number, literal, regex };

struct Token {
  TokenKind kind = TokenKind::end;
  std::size_t offset = 0;
  std::string_view text{};     // name, variable (without $), operator, decoded text, pattern; "true", "false", "null"
  std::string_view flags{};    // of a regex
  double number = 0;
};

class Tokenizer {
 public:
  // Decoded texts are written to the arena; names stay in the source.
  Tokenizer(std::string_view source, document::Arena& arena) noexcept : source_(source), arena_(arena) {}

  // Throws SyntaxFault S0101-S0106, S0301, S0302.
  Token next(bool value_may_stand_here);

  std::string_view source() const noexcept { return source_; }
  std::size_t end() const noexcept { return at_; }  // the byte behind the last token

 private:
  void skip_blanks();
  Token regex();
  Token text(char quote);
  Token number();
  Token name();
  char peek(std::size_t ahead = 0) const noexcept { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }

  std::string_view source_;
  document::Arena& arena_;
  std::size_t at_ = 0;
};

}  // namespace arint::mapping
