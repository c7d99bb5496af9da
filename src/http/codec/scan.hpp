// SPDX-License-Identifier: GPL-3.0-or-later
// Byte classes of RFC 9110 and RFC 3986, and the scans that look at most of the bytes of a head, 16 at a time (SSE2 is
// in every x86-64; elsewhere a table does the same).
#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace arint::http {

enum : std::uint8_t {
  is_token = 1,       // tchar, RFC 9110, 5.6.2
  is_underscore = 2,  // '_' besides being a token character
  is_path = 4,        // pchar and '/', RFC 3986, 3.3; without '%'
  is_hex = 8,
  is_host = 16,       // letters, digits, '-', '.', '_'
  is_unreserved = 32, // RFC 3986, 2.3
};

struct ByteClasses {
  std::array<std::uint8_t, 256> of{};
  constexpr ByteClasses() {
    auto add = [this](std::string_view bytes, std::uint8_t what) {
      for (char c : bytes) of[static_cast<unsigned char>(c)] |= what;
    };
    constexpr std::string_view alphanumeric = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    add(alphanumeric, is_token | is_path | is_host | is_unreserved);
    add("!#$%&'*+-.^_`|~", is_token);
    add("_", is_underscore);
    add("-._~!$&'()*+,;=:@/", is_path);
    add("-._~", is_unreserved);
    add("-._", is_host);
    add("0123456789abcdefABCDEF", is_hex);
  }
};
inline constexpr ByteClasses byte_classes{};

inline bool has_class(char c, std::uint8_t what) noexcept { return byte_classes.of[static_cast<unsigned char>(c)] & what; }

// First byte that ends a field value or must not be in one: below 0x20 except TAB, or DEL. `end` when there is none.
inline const char* find_control(const char* at, const char* end) noexcept {
#if defined(__SSE2__)
  const __m128i highest = _mm_set1_epi8(0x1F), del = _mm_set1_epi8(0x7F), tab = _mm_set1_epi8('\t');
  for (; end - at >= 16; at += 16) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, highest), bytes);
    __m128i found = _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(bytes, tab), low), _mm_cmpeq_epi8(bytes, del));
    if (int mask = _mm_movemask_epi8(found)) return at + __builtin_ctz(static_cast<unsigned>(mask));
  }
#endif
  for (; at < end; ++at) {
    unsigned char c = static_cast<unsigned char>(*at);
    if ((c < 0x20 && c != '\t') || c == 0x7F) return at;
  }
  return end;
}

// First byte that cannot be in a request target: anything but 0x21..0x7E. `end` when there is none.
inline const char* find_not_visible(const char* at, const char* end) noexcept {
#if defined(__SSE2__)
  const __m128i space = _mm_set1_epi8(0x20), del = _mm_set1_epi8(0x7F);
  for (; end - at >= 16; at += 16) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    // Signed comparison: bytes from 0x80 are negative, so they are not above the space either.
    __m128i fine = _mm_andnot_si128(_mm_cmpeq_epi8(bytes, del), _mm_cmpgt_epi8(bytes, space));
    if (int mask = _mm_movemask_epi8(fine) ^ 0xFFFF) return at + __builtin_ctz(static_cast<unsigned>(mask));
  }
#endif
  for (; at < end; ++at) {
    unsigned char c = static_cast<unsigned char>(*at);
    if (c <= 0x20 || c >= 0x7F) return at;
  }
  return end;
}

// First byte that is no letter, digit or '-': what almost every field name is made of. Looks at whole blocks of 16 only, so it may
// stop before such a byte; who calls goes on byte by byte.
inline const char* skip_plain_name(const char* at, [[maybe_unused]] const char* end) noexcept {
#if defined(__SSE2__)
  const __m128i case_bit = _mm_set1_epi8(0x20), a = _mm_set1_epi8('a'), zero = _mm_set1_epi8('0'), dash = _mm_set1_epi8('-');
  const __m128i letters = _mm_set1_epi8(25), numerals = _mm_set1_epi8(9);
  for (; end - at >= 16; at += 16) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    __m128i letter = _mm_sub_epi8(_mm_or_si128(bytes, case_bit), a), digit = _mm_sub_epi8(bytes, zero);
    __m128i fine = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(letter, letters), letter), _mm_cmpeq_epi8(_mm_min_epu8(digit, numerals), digit));
    fine = _mm_or_si128(fine, _mm_cmpeq_epi8(bytes, dash));
    if (int mask = _mm_movemask_epi8(fine) ^ 0xFFFF) return at + __builtin_ctz(static_cast<unsigned>(mask));
  }
#endif
  return at;
}

}  // namespace arint::http
