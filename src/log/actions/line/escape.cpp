// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/line/escape.hpp"

#include <algorithm>
#include <cstring>

#include "base/text.hpp"

namespace arint::log {
namespace {

bool plain(unsigned char c) noexcept { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

// True when the eight bytes hold one that is not plain. May err towards true after a borrow; the byte loop decides.
bool suspicious(std::uint64_t word) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
  auto holds = [&](std::uint64_t byte) {
    std::uint64_t x = word ^ (ones * byte);
    return (x - ones) & ~x;
  };
  return ((word | (word - ones * 0x20) | holds('"') | holds('\\') | holds(0x7F)) & highs) != 0;
}

std::size_t plain_run(const char* text, std::size_t size) noexcept {
  std::size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text + at, 8);
    if (suspicious(word)) break;
  }
  while (at < size && plain(static_cast<unsigned char>(text[at]))) ++at;
  return at;
}

// Controls, separators and direction marks: code points a viewer could act on instead of showing.
bool dangerous(char32_t c) noexcept {
  return (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || (c >= 0xD800 && c <= 0xDFFF);
}

std::size_t unicode_escape(char* to, unsigned code) noexcept {
  constexpr char digits[] = "0123456789abcdef";
  to[0] = '\\';
  to[1] = 'u';
  for (int i = 0; i < 4; ++i) to[2 + i] = digits[code >> (12 - 4 * i) & 15];
  return 6;
}

// Writes the character at value[at] into `to` (at most 6 bytes), moves `at` past it and returns what was written.
std::size_t special(char* to, std::string_view value, std::size_t& at) noexcept {
  unsigned char c = static_cast<unsigned char>(value[at]);
  if (c >= 0x80) {
    std::size_t begin = at;
    char32_t point = next_code_point(value, at);
    std::size_t size = at - begin;
    if (size == 1) return unicode_escape(to, 0xFFFD);
    if (dangerous(point)) return unicode_escape(to, point >= 0xD800 && point <= 0xDFFF ? 0xFFFDu : static_cast<unsigned>(point));
    std::memcpy(to, value.data() + begin, size);
    return size;
  }
  ++at;
  to[0] = '\\';
  switch (c) {
    case '"': case '\\': to[1] = static_cast<char>(c); return 2;
    case '\n': to[1] = 'n'; return 2;
    case '\r': to[1] = 'r'; return 2;
    case '\t': to[1] = 't'; return 2;
    default: return plain(c) ? (to[0] = static_cast<char>(c), 1) : unicode_escape(to, c);
  }
}

}  // namespace

char* escape(char* to, std::string_view value, std::size_t room, std::uint64_t& cut) noexcept {
  constexpr std::size_t dots = 3;
  char* const end = to + room;
  // The last place where the dots still fit, and how much of the input stands before it.
  char* safe = to;
  std::size_t safe_in = 0;
  for (std::size_t at = 0; at < value.size();) {
    std::size_t left = static_cast<std::size_t>(end - to);
    if (left >= dots) safe = to, safe_in = at;
    std::size_t run = std::min(plain_run(value.data() + at, value.size() - at), left);
    if (run) {
      std::memcpy(to, value.data() + at, run);
      if (left >= dots) {
        std::size_t keep = std::min(run, left - dots);
        safe = to + keep, safe_in = at + keep;
      }
      to += run, at += run;
      continue;
    }
    char piece[8];
    std::size_t next = at, size = special(piece, value, next);
    if (size > left) {
      std::size_t fits = std::min(dots, static_cast<std::size_t>(end - safe));
      std::memcpy(safe, "...", fits);
      cut += value.size() - safe_in;
      return safe + fits;
    }
    std::memcpy(to, piece, size);
    to += size, at = next;
  }
  return to;
}

std::string escaped(std::string_view value) {
  std::string out(value.size() * 6, '\0');
  std::uint64_t cut = 0;
  out.resize(static_cast<std::size_t>(escape(out.data(), value, out.size(), cut) - out.data()));
  return out;
}

}  // namespace arint::log
