// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/xml/names.hpp"

#include <emmintrin.h>

#include <array>

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

constexpr bool in(std::span<const Range> ranges, char32_t c) noexcept {
  for (const Range& range : ranges)
    if (c >= range.first && c <= range.last) return true;
  return false;
}

// Of ASCII, which most names are of: what may begin a name, and what may follow.
constexpr auto ascii = [] {
  std::array<unsigned char, 128> out{};
  for (char32_t c = 0; c < 128; ++c) out[c] = static_cast<unsigned char>((in(start_ranges, c) ? 1 : 0) | (in(start_ranges, c) || in(more_ranges, c) ? 2 : 0));
  return out;
}();

bool nc_name(std::string_view name) noexcept {
  for (std::size_t at = 0; at < name.size();) {
    bool first = at == 0;
    const unsigned char byte = static_cast<unsigned char>(name[at]);
    if (byte < 128) {
      if (!(ascii[byte] & (first ? 1 : 2))) return false;
      ++at;
      continue;
    }
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

// Sixteen bytes at a time: below 0x20 and over 0x7F both are less than 0x20 when taken as signed.
std::size_t plain_run(std::string_view text) noexcept {
  std::size_t at = 0;
  auto equal = [](__m128i bytes, char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
  for (; at + 16 <= text.size(); at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    __m128i other = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    for (char c : {'<', '>', '&', '"'}) other = _mm_or_si128(other, equal(bytes, c));
    if (const int mask = _mm_movemask_epi8(other)) return at + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
  }
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (static_cast<signed char>(c) < 0x20 || c == '<' || c == '>' || c == '&' || c == '"') return at;
  }
  return at;
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
