// SPDX-License-Identifier: GPL-3.0-or-later
// Character classes of the formats, and a cursor over a text. Internal to formats/.
#pragma once
#include <cstddef>
#include <string_view>

namespace arint::schema {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) noexcept { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
constexpr bool is_hex_digit(char c) noexcept { return is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f'); }
constexpr bool is_one_of(char c, std::string_view set) noexcept { return set.find(c) != std::string_view::npos; }
constexpr bool is_beyond_ascii(char c) noexcept { return static_cast<unsigned char>(c) >= 0x80; }

class Cursor {
 public:
  explicit constexpr Cursor(std::string_view text) noexcept : text_(text) {}
  constexpr bool at_end() const noexcept { return at_ == text_.size(); }
  constexpr char peek() const noexcept { return at_end() ? '\0' : text_[at_]; }
  constexpr bool take(char c) noexcept {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  constexpr bool take_any_case(char lower) noexcept {
    if (at_end() || (text_[at_] | 32) != lower || !is_letter(text_[at_])) return false;
    ++at_;
    return true;
  }
  // Exactly `count` digits, as a number; -1 when they are not there.
  constexpr int digits(int count) noexcept {
    int out = 0;
    for (int i = 0; i < count; ++i, ++at_) {
      if (!is_digit(peek())) return -1;
      out = out * 10 + (text_[at_] - '0');
    }
    return out;
  }
  // As many digits as there are; how many.
  constexpr std::size_t skip_digits() noexcept {
    std::size_t start = at_;
    while (is_digit(peek())) ++at_;
    return at_ - start;
  }
  constexpr std::string_view rest() const noexcept { return text_.substr(at_); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace arint::schema
