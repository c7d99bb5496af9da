// SPDX-License-Identifier: GPL-3.0-or-later
// Finding the bytes that matter, sixteen at a time (SSE2, which every x86-64 has). Nothing here reads past `end`.
#pragma once
#include <emmintrin.h>

#include <cstdint>
#include <cstring>

namespace arint::format::json {

// Which of sixteen bytes end a plain run inside a string: quote, backslash, control characters.
inline unsigned special_in(__m128i bytes) noexcept {
  __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  // Unsigned "<= 0x1F" is "the minimum with 0x1F is the byte itself".
  __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control)));
}

inline __m128i load(const char* p) noexcept { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }

inline bool special(char c) noexcept { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }

// The first special byte at or after `p`, or `end`. `high` gets a bit when a byte over 0x7F was passed.
inline const char* run_end(const char* p, const char* end, unsigned& high) noexcept {
  while (end - p >= 16) {
    __m128i bytes = load(p);
    unsigned mask = special_in(bytes);
    unsigned above = static_cast<unsigned>(_mm_movemask_epi8(bytes));
    if (mask) {
      unsigned length = static_cast<unsigned>(__builtin_ctz(mask));
      high |= above & ((1u << length) - 1);
      return p + length;
    }
    high |= above;
    p += 16;
  }
  while (p != end && !special(*p)) high |= static_cast<unsigned char>(*p++) >> 7;
  return p;
}

inline std::uint64_t word_at(const char* p) noexcept {
  std::uint64_t out;
  std::memcpy(&out, p, 8);
  return out;
}

// How many of the eight bytes, from the first on, are digits. No branch: the lengths of numbers cannot be foreseen.
inline unsigned leading_digits(std::uint64_t word) noexcept {
  std::uint64_t off = word ^ 0x3030303030303030ull;  // a digit becomes 0 to 9
  // Adding 0x76 carries a byte over 9 into its high bit; what it carries further falls on bytes behind the first that is no digit.
  std::uint64_t other = ((off + 0x7676767676767676ull) | off) & 0x8080808080808080ull;
  return other ? static_cast<unsigned>(__builtin_ctzll(other)) >> 3 : 8;
}

// The number that the first `count` (1 to 8) bytes write: pairs, then fours, then all eight, with zeros before.
inline std::uint64_t digits_worth(std::uint64_t word, unsigned count) noexcept {
  word = (word ^ 0x3030303030303030ull) << (64 - 8 * count);
  word = word * 10 + (word >> 8);
  std::uint64_t even = (word & 0x000000FF000000FFull) * 0x000F424000000064ull;
  std::uint64_t odd = ((word >> 16) & 0x000000FF000000FFull) * 0x0000271000000001ull;
  return (even + odd) >> 32;
}

// Which of sixteen bytes are blanks. RFC 8259, section 2: space, tab, LF, CR.
inline unsigned blanks_in(__m128i bytes) noexcept {
  __m128i is = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'))),
                            _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t'))));
  return static_cast<unsigned>(_mm_movemask_epi8(is));
}

// After the blanks at `p`.
inline const char* blanks_end(const char* p, const char* end) noexcept {
  auto blank = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
  // One blank is common ("a": 1), a line end with its indent too.
  if (p == end || !blank(*p)) return p;
  ++p;
  while (end - p >= 16) {
    if (!blank(*p)) return p;
    unsigned other = ~blanks_in(load(p)) & 0xFFFFu;
    if (other) return p + __builtin_ctz(other);
    p += 16;
  }
  while (p != end && blank(*p)) ++p;
  return p;
}

}  // namespace arint::format::json
