// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/xml/names.hpp"

#include "base/text.hpp"

namespace arint::format::xml {
namespace {

struct Range {
  char32_t first, last;
};
constexpr Range start_ranges[] = {{'A', 'Z'}, {'_', '_'}, {'a', 'z'}, {0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D},
                                  {0x37F, 0x1FFF}, {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF},
                                  {0xF900, 0xFDCF}, {0xFDF0, 0xFFFC}, {0x10000, 0xEFFFF}};
constexpr Range more_ranges[] = {{'-', '.'}, {'0', '9'}, {0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}};

bool in(std::span<const Range> ranges, char32_t c) noexcept {
  for (const Range& range : ranges)
    if (c >= range.first && c <= range.last) return true;
  return false;
}

bool nc_name(std::string_view name) noexcept {
  for (std::size_t at = 0; at < name.size();) {
    bool first = at == 0;
    char32_t c = next_code_point(name, at);  // an invalid byte is U+FFFD, which no range holds
    if (!in(start_ranges, c) && (first || !in(more_ranges, c))) return false;
  }
  return !name.empty();
}

}  // namespace

bool valid_name(std::string_view name) noexcept {
  std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return nc_name(name);
  return nc_name(name.substr(0, colon)) && nc_name(name.substr(colon + 1));
}

std::string_view prefix_of(std::string_view name) noexcept {
  std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
}

std::size_t first_illegal(std::string_view text) noexcept {
  bool ascii = true;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned char c = static_cast<unsigned char>(text[at]);
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return at;
    ascii &= c < 0x80;
  }
  if (ascii) return std::string_view::npos;
  bool valid = valid_utf8(text);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t from = at;
    char32_t c = next_code_point(text, at);
    if (c == 0xFFFE || c == 0xFFFF || (!valid && !valid_utf8(text.substr(from, at - from)))) return from;
  }
  return std::string_view::npos;
}

}  // namespace arint::format::xml
