// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/line/redact.hpp"

#include "base/text.hpp"

namespace arint::log {
namespace {

bool name_char(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::size_t skip_blanks(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && blank(text[at])) ++at;
  return at;
}

// An opening quote at text[at], plain or escaped (JSON inside JSON); "" when there is none.
std::string_view quote_at(std::string_view text, std::size_t at) noexcept {
  std::size_t end = at;
  while (end < text.size() && text[end] == '\\') ++end;
  if (end == text.size() || (text[end] != '"' && text[end] != '\'')) return {};
  return text.substr(at, end + 1 - at);
}

// End of the string opened by `quote` before `at`: where the same quote comes again, not further escaped.
std::size_t end_of_string(std::string_view text, std::size_t at, std::string_view quote) noexcept {
  for (std::size_t slashes = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++slashes;
      continue;
    }
    if (text[at] == quote.back() && slashes <= quote.size() - 1) return at + 1 - quote.size();
    slashes = 0;
  }
  return at;
}

// End of the object or list that begins at `at`; brackets inside strings do not count.
std::size_t end_of_group(std::string_view text, std::size_t at) noexcept {
  for (int depth = 0; at < text.size(); ++at) {
    if (std::string_view quote = quote_at(text, at); !quote.empty()) {
      at = end_of_string(text, at + quote.size(), quote) + quote.size() - 1;
    } else if (text[at] == '{' || text[at] == '[') {
      ++depth;
    } else if ((text[at] == '}' || text[at] == ']') && --depth == 0) {
      return at + 1;
    }
  }
  return text.size();
}

struct Span {
  std::size_t begin = 0, end = 0;
};

// <name>value</name> or <name a="b">value</name>; `at` stands behind the name.
Span xml_value(std::string_view text, std::size_t at) noexcept {
  std::size_t open = text.find('>', at);
  if (open == std::string_view::npos || text[open - 1] == '/') return {};
  std::size_t close = text.find("</", open);
  return {open + 1, std::min(close, text.size())};
}

// Where the value of the name that ends at `at` stands; an empty span when no value follows.
Span value_after(std::string_view text, std::size_t begin, std::size_t at) noexcept {
  if (begin > 0 && text[begin - 1] == '/') return {};  // the closing tag
  if (begin > 0 && (text[begin - 1] == '<' || text[begin - 1] == ':') && at < text.size() && (text[at] == '>' || blank(text[at])))
    return xml_value(text, at);
  at += quote_at(text, at).size();
  at = skip_blanks(text, at);
  if (at == text.size() || (text[at] != ':' && text[at] != '=')) return {};
  at = skip_blanks(text, at + 1);
  if (at == text.size()) return {};
  if (std::string_view quote = quote_at(text, at); !quote.empty())
    return {at + quote.size(), end_of_string(text, at + quote.size(), quote)};
  if (text[at] == '{' || text[at] == '[') return {at, end_of_group(text, at)};
  std::size_t end = std::min(text.find_first_of(",;&}])<\"\r\n", at), text.size());
  return {at, end};
}

}  // namespace

Redaction::Redaction(const std::vector<std::string>& names) {
  for (const std::string& name : names)
    if (!name.empty()) names_.push_back(lower(name));
}

bool Redaction::hides(std::string_view name) const noexcept {
  for (const std::string& hidden : names_) {
    if (name.size() < hidden.size() || !equals_ignoring_case(name.substr(name.size() - hidden.size()), hidden)) continue;
    if (name.size() == hidden.size() || name[name.size() - hidden.size() - 1] == '.') return true;
  }
  return false;
}

std::string_view Redaction::scrub(std::string_view text, std::string& scratch) const {
  if (names_.empty()) return text;
  scratch.clear();
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (!name_char(text[at])) {
      ++at;
      continue;
    }
    std::size_t begin = at;
    while (at < text.size() && name_char(text[at])) ++at;
    if (!hides(text.substr(begin, at - begin))) continue;
    Span value = value_after(text, begin, at);
    if (value.end <= value.begin) continue;
    scratch.append(text.substr(copied, value.begin - copied)).append(mask);
    copied = at = value.end;
  }
  if (copied == 0) return text;
  scratch.append(text.substr(copied));
  return scratch;
}

}  // namespace arint::log
