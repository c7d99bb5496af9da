// SPDX-License-Identifier: GPL-3.0-or-later
// Writing strings: text that needs no escape is checked and copied in one go, sixteen bytes at a time.
#include <cstring>

#include "base/text.hpp"
#include "format/json/scan.hpp"
#include "format/json/writer.hpp"

namespace arint::format::json {
namespace {

constexpr std::uint64_t every(unsigned char byte) noexcept { return 0x0101010101010101ull * byte; }

// Has any of the eight bytes a high bit, or is it a quote, a backslash or a control character? Never a false "no".
bool suspicious(std::uint64_t bytes) noexcept {
  std::uint64_t quote = bytes ^ every('"'), backslash = bytes ^ every('\\');
  std::uint64_t low = (bytes - every(0x20)) | (quote - every(1)) | (backslash - every(1)) | bytes;
  return (low & every(0x80)) != 0;
}

// Copies and says whether all of it was plain ASCII without anything to escape. `to` has room for 16 bytes more than `size`.
bool copy_plain(const char* from, std::size_t size, char* to) noexcept {
  if (size >= 16) {
    unsigned mask = 0;
    auto both = [&](std::size_t at) {
      __m128i bytes = load(from + at);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to + at), bytes);
      mask |= special_in(bytes) | static_cast<unsigned>(_mm_movemask_epi8(bytes));
    };
    for (std::size_t at = 0; at + 16 <= size; at += 16) both(at);
    both(size - 16);  // the tail, overlapping
    return mask == 0;
  }
  if (size >= 8) {
    std::uint64_t first = word_at(from), last = word_at(from + size - 8);
    std::memcpy(to, &first, 8);
    std::memcpy(to + size - 8, &last, 8);
    return !suspicious(first) && !suspicious(last);
  }
  std::uint64_t word = 0;
  if (size >= 4) {
    std::uint32_t first, last;
    std::memcpy(&first, from, 4);
    std::memcpy(&last, from + size - 4, 4);
    std::memcpy(to, &first, 4);
    std::memcpy(to + size - 4, &last, 4);
    word = first | (std::uint64_t{last} << 32);
    return !suspicious(word);
  }
  bool plain = true;
  for (std::size_t i = 0; i < size; ++i) {
    to[i] = from[i];
    plain &= !special(from[i]) && static_cast<unsigned char>(from[i]) < 0x80;
  }
  return plain;
}

// RFC 8259, section 7 and RFC 8785, section 3.2.2.2: the short escapes where there are some, else \u00xx in lower case.
char* put_escape(char* to, unsigned char c) noexcept {
  constexpr char short_escapes[] = "btn\0fr";  // 0x08 to 0x0D; 0x0B has none
  constexpr char hex_digits[] = "0123456789abcdef";
  *to++ = '\\';
  if (c == '"' || c == '\\') {
    *to++ = static_cast<char>(c);
  } else if (c >= 8 && c <= 13 && short_escapes[c - 8]) {
    *to++ = short_escapes[c - 8];
  } else {
    std::memcpy(to, "u00", 3);
    to[3] = hex_digits[c >> 4];
    to[4] = hex_digits[c & 15];
    to += 5;
  }
  return to;
}

}  // namespace

bool Writer::string(std::string_view text) {
  if (text.size() > options_.limit_bytes) [[unlikely]] return fail_too_long();  // before there is room made for it
  room(text.size() + 18);
  *to_ = '"';
  if (!copy_plain(text.data(), text.size(), to_ + 1)) [[unlikely]] return string_slowly(text);
  to_ += text.size() + 1;
  *to_++ = '"';
  return true;
}

bool Writer::string_slowly(std::string_view text) {
  room(text.size() + 18);
  *to_++ = '"';
  const char* end = text.data() + text.size();
  for (const char* p = text.data();;) {
    unsigned high = 0;
    const char* run = run_end(p, end, high);
    std::string_view plain(p, static_cast<std::size_t>(run - p));
    if (high && !valid_utf8(plain)) {
      // Lone surrogates are written as escapes (ECMAScript's well-formed stringify); anything else is no text.
      for (std::size_t at = 0; at < plain.size();) {
        std::size_t from = at;
        next_code_point(plain, at);
        std::string_view one = plain.substr(from, at - from);
        if (valid_utf8(one)) {
          raw(one);
          continue;
        }
        std::string_view half = plain.substr(from, 3);
        auto byte = [&](std::size_t i) { return static_cast<unsigned char>(half[i]); };
        if (half.size() < 3 || byte(0) != 0xED || (byte(1) & 0xE0) != 0xA0 || (byte(2) & 0xC0) != 0x80)
          return fail("the text is not valid UTF-8: " + quoted(plain.substr(from), 20));
        if (canonical_) return fail("canonical JSON cannot hold half of a surrogate pair");
        unsigned code = 0xD000u | ((byte(1) & 0x3Fu) << 6) | (byte(2) & 0x3Fu);
        constexpr char hex_digits[] = "0123456789abcdef";
        char escape[6] = {'\\', 'u', 'd', hex_digits[(code >> 8) & 15], hex_digits[(code >> 4) & 15], hex_digits[code & 15]};
        raw({escape, 6});
        at = from + 3;
      }
    } else {
      raw(plain);
    }
    if (run == end) break;
    room(6);
    to_ = put_escape(to_, static_cast<unsigned char>(*run));
    p = run + 1;
  }
  room(1);
  *to_++ = '"';
  return true;
}

}  // namespace arint::format::json
