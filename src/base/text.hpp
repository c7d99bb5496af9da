// SPDX-License-Identifier: GPL-3.0-or-later
// Small helpers on text that more than one folder needs.
#pragma once
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace arint {

// Equal bytes. Like ==, but no call and no loop up to 16 bytes: for names and other short texts on the hot path.
inline bool same_text(std::string_view a, std::string_view b) noexcept {
  std::size_t size = a.size();
  if (size != b.size()) return false;
  auto eight = [](const char* p) {
    std::uint64_t out;
    std::memcpy(&out, p, 8);
    return out;
  };
  auto four = [](const char* p) {
    std::uint32_t out;
    std::memcpy(&out, p, 4);
    return out;
  };
  const char* p = a.data();
  const char* q = b.data();
  if (size > 16) return std::memcmp(p, q, size) == 0;
  if (size >= 8) return ((eight(p) ^ eight(q)) | (eight(p + size - 8) ^ eight(q + size - 8))) == 0;
  if (size >= 4) return ((four(p) ^ four(q)) | (four(p + size - 4) ^ four(q + size - 4))) == 0;
  return size == 0 || (p[0] == q[0] && p[size / 2] == q[size / 2] && p[size - 1] == q[size - 1]);
}

// memcpy for short texts, likewise.
inline void copy_text(char* to, std::string_view from) noexcept {
  std::size_t size = from.size();
  const char* p = from.data();
  if (size > 16) {
    std::memcpy(to, p, size);
  } else if (size >= 8) {
    std::uint64_t first, last;
    std::memcpy(&first, p, 8);
    std::memcpy(&last, p + size - 8, 8);
    std::memcpy(to, &first, 8);
    std::memcpy(to + size - 8, &last, 8);
  } else if (size >= 4) {
    std::uint32_t first, last;
    std::memcpy(&first, p, 4);
    std::memcpy(&last, p + size - 4, 4);
    std::memcpy(to, &first, 4);
    std::memcpy(to + size - 4, &last, 4);
  } else if (size) {
    to[0] = p[0];
    char middle = p[size / 2], last = p[size - 1];
    to[size / 2] = middle;
    to[size - 1] = last;
  }
}

// ASCII only, as protocols want it; locale never matters.
bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;
std::string lower(std::string_view text);
std::string_view trim(std::string_view text) noexcept;  // spaces, tabs, CR, LF

std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);

// The known name closest to `given` (edit distance, at most a third of its length), or "" when none is near.
std::string nearest(std::string_view given, std::span<const std::string> known);

// For error sentences and logs: quotes, escapes control characters and invalid UTF-8, cuts at `most` bytes with "...".
std::string quoted(std::string_view text, std::size_t most = 80);

bool valid_utf8(std::string_view text) noexcept;
// Appends one code point; surrogates are written as three bytes (WTF-8), so that lone surrogates survive.
void append_utf8(std::string& out, char32_t code_point);
// Decodes the code point at text[at] and moves `at` on; an invalid byte gives U+FFFD and moves one byte.
char32_t next_code_point(std::string_view text, std::size_t& at) noexcept;

std::string hex(std::string_view bytes);
// Of either case. False when it is no hexadecimal.
bool from_hex(std::string_view text, std::string& out);
int hex_digit(char c) noexcept;  // its worth; -1 when it is none
std::string base64(std::string_view bytes);
// Strict RFC 4648 section 4, padding required. False when it is not base64.
bool from_base64(std::string_view text, std::string& out);
// RFC 4648, section 5: written without padding; read with or without.
std::string base64url(std::string_view bytes);
bool from_base64url(std::string_view text, std::string& out);

// "%2F" and the like; plus signs stay. False at a broken escape.
bool percent_decode(std::string_view text, std::string& out);
// Everything but RFC 3986 unreserved characters is escaped.
std::string percent_encode(std::string_view text);

}  // namespace arint
