// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/yaml/written.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace arint::declare {
namespace {

bool blank(char c) { return c == ' ' || c == '\t'; }
bool line_end(char c) { return c == '\n' || c == '\r'; }

// Walks the file's bytes of a scalar beside its text, one character or fold at a time, until the wanted byte of the text.
// Folds are matched against the text that is already there, so that the rules of folding need not be repeated here.
class Walk {
 public:
  Walk(const Written& written, std::string_view text)
      : file_(written.source->text), text_(text), style_(written.style), at_(written.begin), end_(written.end) {
    if (block()) {
      indent_ = indentation();
      skip_indent();
    }
  }

  std::size_t find(std::size_t offset) {
    while (done_ < offset && at_ < end_) step();
    bool joined = style_ == Style::double_quoted && now() == '\\' && line_end(now(1));
    if (joined && offset < text_.size()) escape();  // it has no text of its own
    return at_;
  }

 private:
  bool block() const { return style_ == Style::literal || style_ == Style::folded; }
  char now(std::size_t ahead = 0) const { return at_ + ahead < end_ ? file_[at_ + ahead] : '\0'; }

  // Of the first line that is not empty, less what the text keeps of it (an explicit indentation indicator leaves spaces).
  std::size_t indentation() const {
    std::size_t line = at_, spaces = 0;
    for (std::size_t i = at_; i < end_; ++i) {
      if (line_end(file_[i])) line = i + 1;
      else if (file_[i] != ' ') {
        spaces = i - line;
        break;
      }
    }
    std::size_t kept = std::min(text_.find_first_not_of('\n'), text_.size());
    std::size_t leading = std::min(text_.find_first_not_of(' ', kept), text_.size()) - kept;
    return spaces - std::min(spaces, leading);
  }

  void skip_indent() {
    for (std::size_t i = 0; i < indent_ && now() == ' '; ++i) ++at_;
  }

  void step() {
    if (block()) return block_step();
    // A run of blanks with a line break in it is one fold; without, it is text.
    std::size_t run = at_;
    while (run < end_ && blank(file_[run])) ++run;
    if (run < end_ && line_end(file_[run])) return fold(run);
    if (style_ == Style::double_quoted && now() == '\\') return escape();
    if (style_ == Style::single_quoted && now() == '\'' && now(1) == '\'') ++at_;
    ++at_;
    ++done_;
  }

  // Flow scalars: one line break is a space, n + 1 of them are n line feeds. Source: YAML 1.2.2, section 6.5.
  void fold(std::size_t at) {
    std::size_t breaks = 0;
    for (; at < end_ && (blank(file_[at]) || line_end(file_[at])); ++at) {
      if (!line_end(file_[at])) continue;
      ++breaks;
      if (file_[at] == '\r' && at + 1 < end_ && file_[at + 1] == '\n') ++at;
    }
    at_ = at;
    done_ += breaks > 1 ? breaks - 1 : 1;
  }

  void escape() {
    char kind = now(1);
    std::size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    if (line_end(kind)) {  // an escaped line break joins the lines
      std::size_t at = at_ + 1;
      while (at < end_ && (blank(file_[at]) || line_end(file_[at]))) ++at;
      at_ = at;
      return;
    }
    std::size_t before = done_;
    next_code_point(text_, done_);
    if (done_ > text_.size()) done_ = before + 1;
    at_ = std::min(at_ + 2 + digits, end_);
  }

  void block_step() {
    if (!line_end(now())) {
      ++at_;
      ++done_;
      return;
    }
    if (style_ == Style::literal) return line_break(1);
    // Folded: the run of line breaks became a space, or as many line feeds as the text has here (one less, or as many).
    while (line_end(now())) line_break(0);
    std::size_t feeds = done_;
    while (feeds < text_.size() && text_[feeds] == '\n') ++feeds;
    done_ = feeds > done_ ? feeds : done_ + 1;
  }

  void line_break(std::size_t text) {
    at_ += now() == '\r' && now(1) == '\n' ? 2 : 1;
    done_ += text;
    skip_indent();
  }

  std::string_view file_, text_;
  Style style_;
  std::size_t at_, end_, done_ = 0, indent_ = 0;
};

}  // namespace

Position position_at(const std::shared_ptr<const Source>& source, std::size_t byte) {
  std::string_view text = source->text;
  byte = std::min(byte, text.size());
  Position out{std::shared_ptr<const std::string>(source, &source->name), 1, 1};
  for (std::size_t i = 0; i < byte; ++i) {
    unsigned char c = static_cast<unsigned char>(text[i]);
    bool ends_line = c == '\n' || (c == '\r' && !(i + 1 < text.size() && text[i + 1] == '\n'));
    if (ends_line) {
      ++out.line;
      out.column = 1;
    } else if ((c & 0xC0) != 0x80) {
      ++out.column;
    }
  }
  return out;
}

Position position_in(const Written& written, std::string_view text, std::size_t offset) {
  if (!written.source) return {};
  return position_at(written.source, Walk(written, text).find(std::min(offset, text.size())));
}

}  // namespace arint::declare
