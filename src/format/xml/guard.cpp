// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/xml/guard.hpp"

namespace arint::format::xml {

TagGuard::Stop TagGuard::feed(std::string_view piece) noexcept {
  const Stop none{Stop::Why::none, piece.size()};
  std::size_t at = 0;
  while (at < piece.size()) {
    char c = piece[at];
    switch (in_) {
      case In::text:
        at = piece.find('<', at);
        if (at == std::string_view::npos) return none;
        ++at;
        in_ = In::opened;
        break;
      case In::opened:
        open(c);
        if (in_ != In::tag) ++at;
        break;
      case In::tag:
        if (c == '"' || c == '\'') {
          quote_ = c;
          in_ = In::quoted;
        } else if (c == '>') {
          in_ = In::text;
        } else if (c == '=' && ++count_ > most_) {
          return {Stop::Why::attributes, at};
        }
        ++at;
        break;
      case In::quoted:
        at = piece.find(quote_, at);
        if (at == std::string_view::npos) return none;
        ++at;
        in_ = In::tag;
        break;
      case In::markup: {
        // "--" or "[CDATA["; anything else is a DOCTYPE, which is refused as soon as the parser sees it.
        head_[head_size_++] = c;
        ++at;
        std::string_view head(head_, head_size_);
        if (head == "--")
          in_ = In::comment_begins;
        else if (head == "[CDATA[")
          in_ = In::cdata;
        else if (!std::string_view("--").starts_with(head) && !std::string_view("[CDATA[").starts_with(head))
          in_ = In::text;
        break;
      }
      case In::comment_begins:
        in_ = In::comment;
        if (c == '-' || c == '>') return {Stop::Why::comment, at};
        break;
      case In::comment: at = skip_to(piece, at, "-->"); break;
      case In::cdata: at = skip_to(piece, at, "]]>"); break;
      case In::instruction: at = skip_to(piece, at, "?>"); break;
    }
  }
  return none;
}

void TagGuard::open(char c) noexcept {
  count_ = head_size_ = matched_ = 0;
  in_ = c == '!' ? In::markup : c == '?' ? In::instruction : In::tag;
}

// Behind the end mark, or the end of the piece with what has matched so far remembered.
std::size_t TagGuard::skip_to(std::string_view piece, std::size_t at, std::string_view end) noexcept {
  for (; at < piece.size(); ++at) {
    char c = piece[at];
    if (c == end[matched_]) {
      if (++matched_ == end.size()) {
        matched_ = 0;
        in_ = In::text;
        return at + 1;
      }
    } else if (!(matched_ + 1 == end.size() && c == end[0])) {
      // In "--->" and "]]]>" the last two of three still count; the marks have no other way to overlap with themselves.
      matched_ = c == end[0] ? 1 : 0;
    }
  }
  return at;
}

}  // namespace arint::format::xml
