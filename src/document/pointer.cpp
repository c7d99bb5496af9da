// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/pointer.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace arint::document {

std::string unescaped_token(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    bool escape = token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1');
    out += !escape ? token[i] : token[i + 1] == '0' ? '~' : '/';
    i += escape;
  }
  return out;
}

std::string escaped_token(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

Result<Pointer> Pointer::parse(std::string_view text) {
  if (!text.empty() && text[0] != '/') return Error{Fault::malformed, quoted(text) + " is no JSON Pointer: it is empty or begins with /"};
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')))
      return Error{Fault::malformed, quoted(text) + " is no JSON Pointer: a ~ is written ~0, and a / within a name ~1"};
  Pointer out;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('/', 1), text.size());
    out.tokens_.push_back(unescaped_token(text.substr(1, end - 1)));
    text.remove_prefix(end);
  }
  return out;
}

bool item_index(std::string_view token, std::size_t count, std::size_t& index) noexcept {
  if (token.empty() || (token.size() > 1 && token[0] == '0') || token.find_first_not_of("0123456789") != std::string_view::npos) return false;
  auto [end, problem] = std::from_chars(token.data(), token.data() + token.size(), index);
  return problem == std::errc() && end == token.data() + token.size() && index < count;
}

const Value* child(const Value& parent, std::string_view token) noexcept {
  if (parent.is_object()) return parent.find(token);
  std::size_t index = 0;
  return parent.is_array() && item_index(token, parent.size(), index) ? &parent.items()[index] : nullptr;
}

const Value* Pointer::find(const Value& root) const noexcept {
  const Value* at = &root;
  for (const std::string& token : tokens_)
    if (!(at = child(*at, token))) return nullptr;
  return at;
}

}  // namespace arint::document
