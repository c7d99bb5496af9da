// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/csv/records.hpp"

#include <algorithm>
#include <cstring>

namespace arint::format::csv {

constexpr std::string_view candidates = ",;\t|";

Records::Records(const Options& options) : delimiter_(options.delimiter), quote_(options.quote) {
  ends_field_[static_cast<unsigned char>('\n')] = ends_field_[static_cast<unsigned char>('\r')] = true;
  if (delimiter_) ends_field_[static_cast<unsigned char>(delimiter_)] = true;
}

void Records::find_delimiter(std::string_view first_line) {
  std::size_t most = 0;
  delimiter_ = ',';
  for (char candidate : candidates) {
    std::size_t count = 0;
    bool in_quotes = false;
    for (char c : first_line) {
      if (quote_ && c == quote_) in_quotes = !in_quotes;
      count += !in_quotes && c == candidate;
    }
    if (count > most) {
      most = count;
      delimiter_ = candidate;
    }
  }
  ends_field_[static_cast<unsigned char>(delimiter_)] = true;
}

std::optional<std::size_t> Records::record_end(std::string_view text, Scan& scan, bool last) const {
  using In = Scan::In;
  for (; scan.bytes < text.size(); ++scan.bytes) {
    char c = text[scan.bytes];
    bool quote = quote_ && c == quote_;
    if (scan.in == In::quotes) {
      if (quote) scan.in = In::after_quote;
    } else if (quote && scan.in != In::plain) {
      scan.in = In::quotes;  // it opens the field, or it is a doubled one
    } else if (c == '\n') {
      return scan.bytes + 1;
    } else if (c == '\r') {
      if (scan.bytes + 1 < text.size()) return scan.bytes + (text[scan.bytes + 1] == '\n' ? 2 : 1);
      if (last) return text.size();
      return std::nullopt;  // LF may follow
    } else {
      bool delimits = delimiter_ ? c == delimiter_ : candidates.find(c) != std::string_view::npos;
      scan.in = delimits ? In::field_start : In::plain;
    }
  }
  if (last) return text.size();
  return std::nullopt;
}

Result<void> Records::read(std::string_view text, Place start, document::Arena& arena, Record& out) const {
  out.fields.clear();
  out.lines = 1;
  document::Arena::Beside beside(arena);
  std::size_t at = 0;
  for (;;) {
    if (quote_ && at < text.size() && text[at] == quote_) {
      Result<std::size_t> end = quoted_field(text, at, start, arena, out);
      if (!end) return end.error();
      at = *end;
    } else {
      std::size_t first = at;
      while (at < text.size() && !ends_field_[static_cast<unsigned char>(text[at])]) ++at;
      out.fields.push_back(text.substr(first, at - first));
    }
    // A field may cost a single byte of text; the arena's limit holds for them as for the tree.
    beside.is(out.fields.size() * sizeof(std::string_view));
    if (at >= text.size() || text[at] != delimiter_) break;
    ++at;
  }
  out.blank = at == 0;
  if (text.substr(at).starts_with("\r\n"))
    at += 2;
  else if (at < text.size())
    at += 1;
  out.end = at;
  return {};
}

Result<std::size_t> Records::quoted_field(std::string_view text, std::size_t from, Place start, document::Arena& arena, Record& out) const {
  std::size_t doubled = 0;
  std::size_t at = from + 1;
  for (;; at += 2, ++doubled) {
    at = text.find(quote_, at);
    if (at == std::string_view::npos) return malformed("CSV", text, from, "the quote that opens here is never closed", start);
    if (at + 1 >= text.size() || text[at + 1] != quote_) break;
  }
  std::string_view inside = text.substr(from + 1, at - from - 1);
  ++at;
  if (at < text.size() && text[at] != delimiter_ && !is_line_end(text[at]))
    return malformed("CSV", text, at, "found " + found(text, at) + " after a closing quote, expected a delimiter or the end of the line", start);
  for (std::size_t i = 0; i < inside.size(); ++i)
    out.lines += inside[i] == '\n' || (inside[i] == '\r' && !inside.substr(i + 1).starts_with('\n'));
  if (doubled) {
    std::size_t size = inside.size() - doubled;
    char* to = static_cast<char*>(arena.allocate(size, 1));
    std::string_view single(to, size);
    for (std::size_t i = 0; i < inside.size(); ++i) {
      *to++ = inside[i];
      i += inside[i] == quote_;
    }
    inside = single;
  }
  out.fields.push_back(inside);
  return at;
}

}  // namespace arint::format::csv
