// SPDX-License-Identifier: GPL-3.0-or-later
// Scanner: digits and single characters off the front of a text.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace arint::mapping {

class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : text_(text) {}
  std::size_t at() const noexcept { return at_; }
  bool at_end() const noexcept { return at_ == text_.size(); }
  bool take(char c) noexcept {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  char next() noexcept { return at_end() ? '\0' : text_[at_++]; }
  // One digit's worth; -1 when there is none.
  int digit() noexcept { return at_end() || text_[at_] < '0' || text_[at_] > '9' ? -1 : text_[at_++] - '0'; }
  // Exactly `count` digits; -1 when there are fewer.
  std::int64_t digits(int count) noexcept {
    std::int64_t out = 0;
    for (int i = 0; i < count; ++i) {
      const int one = digit();
      if (one < 0) return -1;
      out = out * 10 + one;
    }
    return out;
  }
  // One digit to `most`, as many as there are.
  std::optional<std::int64_t> number(int most) noexcept {
    std::int64_t out = 0;
    for (int count = 0;; ++count) {
      const int one = digit();
      if (one < 0) return count > 0 ? std::optional(out) : std::nullopt;
      if (count == most) return std::nullopt;
      out = out * 10 + one;
    }
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace arint::mapping
