// SPDX-License-Identifier: GPL-3.0-or-later
// Pieces: tokens and comments of a source in order, the brackets they stand in, and whether a blank stands between two of them.
// Internal to layout/.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "mapping/parse/parser.hpp"

namespace arint::mapping {

struct Piece {
  std::string_view text{};
  TokenKind kind = TokenKind::op;
  Role role = Role::separates;
  bool comment = false;
  int breaks = 0;           // line ends in the source before it
  std::size_t group = 0;    // the brackets around it; 0: none
  bool opens = false, closes = false;
  std::size_t pair = 0;     // the brackets it opens or closes

  bool is(std::string_view op) const noexcept { return !comment && kind == TokenKind::op && text == op; }
  bool ends_part() const noexcept { return role == Role::separates && (is(",") || is(";")); }
};

// A pair of brackets and what stands in it. Group 0 is the whole source.
struct Group {
  std::size_t open = 0, close = 0;  // pieces
  std::size_t parent = 0;
  bool broken = false;              // its parts stand on lines of their own
  std::size_t indent = 0;           // of its parts
};

struct Pieces {
  std::vector<Piece> all{};
  std::vector<Group> groups{};
};

Pieces pieces_of(std::string_view source, const std::vector<Seen>& tokens);

// Between two pieces on one line.
bool blank_between(const Piece& left, const Piece& right) noexcept;

// No line may end between them: a bracket belongs to what it calls or filters, a sign to its number.
bool inseparable(const Piece& left, const Piece& right) noexcept;

}  // namespace arint::mapping
