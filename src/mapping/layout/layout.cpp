// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/layout/layout.hpp"

#include <algorithm>

#include "mapping/layout/pieces.hpp"

namespace arint::mapping {
namespace {

constexpr std::size_t one_indent = 2;

std::size_t characters(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

class Layout {
 public:
  explicit Layout(Pieces pieces) : all_(std::move(pieces.all)), groups_(std::move(pieces.groups)), starts_(all_.size()) {}

  std::string run() {
    for (std::size_t i = 1; i < groups_.size(); ++i) groups_[i].broken = opened_by_author(groups_[i]);
    do break_lines();
    while (open_up());
    return text();
  }

 private:
  // A line end behind the bracket, or behind comments there; brackets around nothing stay together.
  bool opened_by_author(const Group& group) const {
    if (group.close == group.open + 1) return false;
    for (std::size_t i = group.open + 1; i < all_.size(); ++i) {
      if (all_[i].breaks > 0) return true;
      if (!all_[i].comment) return false;
    }
    return false;
  }

  // Decides where lines begin: what the author wrote between two tokens counts, but for the lines that must and may not be there.
  void break_lines() {
    std::size_t first = 0;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (all_[i].comment && i + 1 < all_.size()) continue;
      break_gap(first, i);
      first = i + 1;
    }
  }

  // The comments from `first` on, and the token `last` behind them.
  void break_gap(std::size_t first, std::size_t last) {
    const bool begins = first == 0;
    const Piece* before = begins ? nullptr : &all_[first - 1];
    const Piece& token = all_[last];
    bool any = begins;
    for (std::size_t i = first; i <= last; ++i) any |= starts_[i] = all_[i].breaks > 0;
    if (begins) return void(starts_[0] = true);
    const bool closes_flat = token.closes && !groups_[token.pair].broken;
    if (closes_flat || (!token.comment && inseparable(*before, token))) {
      for (std::size_t i = first; i <= last; ++i) starts_[i] = false;
    } else if (!any && token.closes) {
      starts_[last] = true;
    } else if (!any && begins_part(*before)) {
      starts_[first] = true;
    }
  }

  // Behind it a part of a broken group begins. The whole source is one part.
  bool begins_part(const Piece& piece) const {
    if (piece.opens) return groups_[piece.pair].broken;
    return piece.ends_part() && piece.group != 0 && groups_[piece.group].broken;
  }

  // Opens one bracket, the longest outermost one, on each line that is too long. False: there was none.
  bool open_up() {
    bool any = false;
    std::size_t begin = 0;
    std::vector<std::size_t> widths = widths_before();
    while (begin < all_.size()) {
      std::size_t end = begin + 1;
      while (end < all_.size() && !starts_[end]) ++end;
      if (widths[end - 1] + characters(all_[end - 1].text) > longest_line) any = open_longest(begin, end) || any;
      begin = end;
    }
    return any;
  }

  bool open_longest(std::size_t begin, std::size_t end) {
    Group* longest = nullptr;
    std::size_t behind = 0;  // what stands before is inside of a group that was looked at
    for (Group& group : groups_) {
      if (group.broken || group.open < std::max(begin, behind) || group.open >= end || group.close == group.open + 1) continue;
      behind = group.close;
      if (!longest || group.close - group.open > longest->close - longest->open) longest = &group;
    }
    if (longest) longest->broken = true;
    return longest != nullptr;
  }

  // Where each piece begins on its line; also fills in the indents.
  std::vector<std::size_t> widths_before() {
    std::vector<std::size_t> out(all_.size());
    std::size_t column = 0, line_indent = 0;
    const Piece* token = nullptr;  // the last that is no comment
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const Piece& piece = all_[i];
      if (starts_[i])
        column = line_indent = indent_of(i, token);
      else if (blank_between(all_[i - 1], piece))
        ++column;
      out[i] = column;
      std::size_t line_end = piece.text.rfind('\n');
      column = line_end == std::string_view::npos ? column + characters(piece.text) : characters(piece.text.substr(line_end + 1));
      if (piece.opens) groups_[piece.pair].indent = line_indent + one_indent;
      if (!piece.comment) token = &piece;
    }
    return out;
  }

  std::size_t indent_of(std::size_t i, const Piece* before) const {
    const Piece& piece = all_[i];
    if (piece.closes) return groups_[piece.pair].indent - one_indent;
    std::size_t group = piece.group;
    while (!groups_[group].broken) group = groups_[group].parent;
    bool tail = piece.comment && std::all_of(all_.begin() + static_cast<std::ptrdiff_t>(i), all_.end(), [](const Piece& later) { return later.comment; });
    bool part = !before || tail || (begins_part(*before) && group == piece.group);
    return groups_[group].indent + (part ? 0 : one_indent);
  }

  std::string text() {
    std::vector<std::size_t> columns = widths_before();
    std::string out;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (starts_[i]) {
        bool apart = i > 0 && all_[i].breaks > 1 && !all_[i - 1].opens && !all_[i].closes;
        if (i > 0) out += apart ? "\n\n" : "\n";
        out.append(columns[i], ' ');
      } else if (blank_between(all_[i - 1], all_[i])) {
        out += ' ';
      }
      out += all_[i].text;
    }
    return out + "\n";
  }

  std::vector<Piece> all_;
  std::vector<Group> groups_;  // in the order of their opening brackets
  std::vector<bool> starts_;   // a line begins with this piece
};

bool same(const Syntax* a, const Syntax* b) {
  if (a->form != b->form || a->text != b->text || a->extra != b->extra || a->number != b->number || a->keep_array != b->keep_array ||
      a->descending != b->descending || (a->signature == nullptr) != (b->signature == nullptr) || a->parts.size() != b->parts.size())
    return false;
  return std::equal(a->parts.begin(), a->parts.end(), b->parts.begin(), same);
}

}  // namespace

Result<std::string> laid_out(std::string_view source, CompileError* detail) {
  try {
    const CompileOptions options;
    document::Arena arena;
    SyntaxPool pool;
    std::vector<Seen> tokens;
    const Syntax* before = parse(source, arena, pool, options.most_nesting, &tokens);
    std::string out = Layout(pieces_of(source, tokens)).run();
    invariant(same(before, parse(out, arena, pool, options.most_nesting)), "a layout keeps the meaning");
    return out;
  } catch (const SyntaxFault& fault) {
    if (detail) *detail = {fault.code, fault.offset, fault.sentence};
    return error_at(source, fault);
  } catch (const document::ArenaFull&) {
    return Error{Fault::malformed, "the expression needs too much memory"};
  }
}

}  // namespace arint::mapping
