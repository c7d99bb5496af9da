// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/layout/pieces.hpp"

#include <algorithm>

namespace arint::mapping {
namespace {

template <std::size_t count>
bool one_of(const Piece& piece, const std::string_view (&operators)[count]) noexcept {
  return std::any_of(std::begin(operators), std::end(operators), [&](std::string_view op) { return piece.is(op); });
}

constexpr std::string_view tight_before[] = {".", "(", "[", "{", "@", "#", "^", ".."};
constexpr std::string_view tight_after[] = {".", "@", "#", "^", ".."};
constexpr std::string_view signs[] = {"-", "<", ">"};  // a minus, and the direction of a sorting

// Comments between two tokens, and the line ends before each piece; gives those before what follows.
int add_comments(std::string_view gap, std::vector<Piece>& out) {
  int breaks = 0;
  while (!gap.empty()) {
    if (gap[0] == '/') {
      std::size_t end = gap.find("*/", 2) + 2;
      out.push_back({.text = gap.substr(0, end), .comment = true, .breaks = breaks});
      breaks = 0;
      gap.remove_prefix(end);
    } else {
      breaks += gap[0] == '\n';
      gap.remove_prefix(1);
    }
  }
  return breaks;
}

}  // namespace

Pieces pieces_of(std::string_view source, const std::vector<Seen>& tokens) {
  Pieces out;
  std::size_t at = 0;
  for (const Seen& token : tokens) {
    int breaks = add_comments(source.substr(at, token.begin - at), out.all);
    out.all.push_back({.text = source.substr(token.begin, token.end - token.begin), .kind = token.kind, .role = token.role, .breaks = breaks});
    at = token.end;
  }
  add_comments(source.substr(at), out.all);

  out.groups.push_back({.open = 0, .close = out.all.size(), .broken = true});
  std::size_t group = 0;
  for (std::size_t i = 0; i < out.all.size(); ++i) {
    Piece& piece = out.all[i];
    piece.opens = piece.is("(") || piece.is("[") || piece.is("{");
    piece.closes = piece.is(")") || piece.is("]") || piece.is("}");
    if (piece.closes) {
      piece.pair = group;
      out.groups[group].close = i;
      group = out.groups[group].parent;
    }
    piece.group = group;
    if (piece.opens) {
      out.groups.push_back({.open = i, .parent = group});
      group = piece.pair = out.groups.size() - 1;
    }
  }
  return out;
}

bool blank_between(const Piece& left, const Piece& right) noexcept {
  if (left.opens && right.closes) return false;
  if (left.opens) return left.is("{");
  if (right.closes) return right.is("}");
  if (right.ends_part() || (right.is(":") && right.role == Role::separates)) return false;
  if (left.comment || right.comment) return true;
  if (right.role == Role::joins && one_of(right, tight_before)) return left.kind == TokenKind::number && right.is(".");  // 1 .5 is no 1.5
  if (left.role == Role::joins && one_of(left, tight_after)) return false;
  if (left.role == Role::begins && one_of(left, signs)) return false;
  bool signature = right.kind == TokenKind::op && right.role == Role::separates && right.text.starts_with('<');
  return !signature;
}

bool inseparable(const Piece& left, const Piece& right) noexcept {
  if (right.ends_part()) return true;
  if (right.role == Role::joins && (right.opens || right.is("@") || right.is("#") || right.is("^"))) return true;
  if (left.role == Role::joins && (left.is("@") || left.is("#") || left.is("^"))) return true;
  return left.role == Role::begins && one_of(left, signs);
}

}  // namespace arint::mapping
