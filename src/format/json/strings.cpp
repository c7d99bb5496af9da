// SPDX-License-Identifier: GPL-3.0-or-later
// Strings that hold escapes, and finding out what is wrong with a string. Off the fast path of reader.cpp.
#include <algorithm>
#include <cstring>

#include "base/text.hpp"
#include "format/json/reader.hpp"
#include "format/json/scan.hpp"

namespace arint::format::json {
namespace {

// Four hex digits, or -1.
int hex4(const char* p, const char* end) noexcept {
  if (end - p < 4) return -1;
  int out = 0;
  for (int i = 0; i < 4; ++i) {
    char c = p[i];
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return -1;
    out = out * 16 + digit;
  }
  return out;
}

// UTF-8, surrogates as three bytes.
char* put(char* to, unsigned code) noexcept {
  if (code < 0x80) {
    *to++ = static_cast<char>(code);
  } else if (code < 0x800) {
    *to++ = static_cast<char>(0xC0 | (code >> 6));
    *to++ = static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    *to++ = static_cast<char>(0xE0 | (code >> 12));
    *to++ = static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    *to++ = static_cast<char>(0x80 | (code & 0x3F));
  } else {
    *to++ = static_cast<char>(0xF0 | (code >> 18));
    *to++ = static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    *to++ = static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    *to++ = static_cast<char>(0x80 | (code & 0x3F));
  }
  return to;
}

char plain_escape(char c) noexcept {
  switch (c) {
    case '"': case '\\': case '/': return c;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return '\0';
  }
}

// Half of a surrogate pair in three bytes, at text[at].
bool half(std::string_view text, std::size_t at, unsigned char low, unsigned char high) noexcept {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  return at + 3 <= text.size() && byte(at) == 0xED && byte(at + 1) >= low && byte(at + 1) <= high && (byte(at + 2) & 0xC0) == 0x80;
}

// Valid UTF-8 but for halves that stand alone: the two halves of a pair in six bytes are no UTF-8 of any kind. Gives the first byte
// that is wrong, or text.size().
std::size_t wrong_byte(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    if (half(text, at, 0xA0, 0xBF)) {
      if (half(text, at, 0xA0, 0xAF) && half(text, at + 3, 0xB0, 0xBF)) return at;
      at += 3;
      continue;
    }
    std::size_t from = at;
    next_code_point(text, at);
    if (!valid_utf8(text.substr(from, at - from))) return from;
  }
  return text.size();
}

}  // namespace

// Not UTF-8: what is left to accept is a lone surrogate, written in bytes instead of an escape.
bool Reader::only_lone_surrogates(std::string_view text) noexcept { return wrong_byte(text) == text.size(); }

// The string begins at `start`; `p` is its first special byte. Short ones are decoded in one pass into free scratch cells.
const char* Reader::string_with_escapes(const char* start, const char* p, unsigned high, std::string_view& out) {
  constexpr std::ptrdiff_t most = 256, block = 16;
  std::ptrdiff_t run = p - start;
  const char* const first_special = p;
  const unsigned high_before = high;
  if (static_cast<std::size_t>(last_ - top_) * sizeof(Cell) < most + 2 * block) grow();
  char* const first = reinterpret_cast<char*>(top_);
  char* to = first;
  if (run <= most) {
    std::memcpy(to, start, static_cast<std::size_t>(run));
    to += run;
    while (to - first <= most && end_ - p >= 2 * block && *p == '\\') {
      p = escape(p, end_, to);
      if (!p) return nullptr;
      unsigned mask;
      do {
        __m128i bytes = load(p);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
        mask = special_in(bytes);
        int length = mask ? __builtin_ctz(mask) : static_cast<int>(block);
        high |= static_cast<unsigned>(_mm_movemask_epi8(bytes)) & ((1u << length) - 1);
        to += length;
        p += length;
      } while (!mask && to - first <= most && end_ - p >= 2 * block);
      if (*p == '"') {
        out = {first, static_cast<std::size_t>(to - first)};
        if (high && !valid_utf8({start, static_cast<std::size_t>(p - start)}) && !only_lone_surrogates(out)) return checked_end(start, p, high);
        out = arena_.copy(out);
        return p + 1;
      }
    }
  }
  return long_string_with_escapes(start, first_special, high_before, out);
}

// Any length: the end is found first, so that the arena gives the room once.
const char* Reader::long_string_with_escapes(const char* start, const char* p, unsigned high, std::string_view& out) {
  const char* end = p;
  while (end != end_ && *end == '\\') {
    if (end + 1 == end_) return fail(end_, "the rest of an escape");
    end = run_end(end + 2, end_, high);
    // A byte over 0x7F right after the backslash is no escape; escape() refuses it.
  }
  if (end == end_ || *end != '"') return checked_end(start, end, high);
  // An escape is never shorter than what it stands for.
  char* to = static_cast<char*>(arena_.allocate(static_cast<std::size_t>(end - start), 1));
  char* first = to;
  for (p = start;;) {
    const char* slash = static_cast<const char*>(std::memchr(p, '\\', static_cast<std::size_t>(end - p)));
    std::size_t run = static_cast<std::size_t>((slash ? slash : end) - p);
    std::memcpy(to, p, run);
    to += run;
    if (!slash) break;
    p = escape(slash, end, to);
    if (!p) return nullptr;
  }
  out = {first, static_cast<std::size_t>(to - first)};
  if (high && !valid_utf8({start, static_cast<std::size_t>(end - start)}) && !only_lone_surrogates(out)) return checked_end(start, end, high);
  return end + 1;
}

// The escape at `p`, where a backslash stands; gives where it ends.
const char* Reader::escape(const char* p, const char* end, char*& to) {
  if (p[1] != 'u') {
    char c = plain_escape(p[1]);
    if (!c) return fail(p, "one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
    *to++ = c;
    return p + 2;
  }
  int code = hex4(p + 2, end);
  if (code < 0) return fail(p, "four hex digits after \\u");
  p += 6;
  // RFC 8259, section 7: two escapes make one character outside the BMP. A lone half is kept as it is.
  if (code >= 0xD800 && code < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
    int low = hex4(p + 2, end);
    if (low >= 0xDC00 && low < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      p += 6;
    }
  }
  to = put(to, static_cast<unsigned>(code));
  return p;
}

// Something is wrong before or at `p`: invalid UTF-8, a control character, or no end. Says which comes first.
const char* Reader::checked_end(const char* start, const char* p, unsigned high) {
  std::string_view text(start, static_cast<std::size_t>(p - start));
  if (high)
    if (std::size_t at = wrong_byte(text); at < text.size()) return fail(start + at, "valid UTF-8");
  if (p == end_) return fail(p, "the closing quote of a string");
  // Half of a pair as an escape, the other in bytes.
  if (*p == '"') return fail(start, "valid UTF-8");
  return fail(p, "a character that may stand in a string (control characters are written as escapes)");
}

}  // namespace arint::format::json
