// SPDX-License-Identifier: GPL-3.0-or-later
#include "regex/replacement.hpp"

namespace arint::regex {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// The number in the first digits of `text`, at most `most` of them; `used` says how many were digits.
std::size_t leading_number(std::string_view text, std::size_t most, std::size_t& used) noexcept {
  std::size_t value = 0;
  for (used = 0; used < most && used < text.size() && is_digit(text[used]); ++used)
    value = value * 10 + static_cast<std::size_t>(text[used] - '0');
  return value;
}

}  // namespace

Replacement::Replacement(std::string_view text, std::size_t group_count) {
  std::size_t most_digits = std::to_string(group_count).size();
  std::string literal;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '$') {
      literal += text[at++];
      continue;
    }
    ++at;
    if (at < text.size() && (text[at] == '$' || text[at] == '0')) {
      if (text[at] == '$') {
        literal += '$';
      } else {
        parts_.push_back({std::move(literal), 0});
        literal.clear();
      }
      ++at;
      continue;
    }
    std::size_t used = 0;
    std::size_t number = leading_number(text.substr(at), most_digits, used);
    // A number that no group has is read with one digit less.
    if (used > 1 && number > group_count) number = leading_number(text.substr(at), most_digits - 1, used);
    if (used == 0) {
      literal += '$';
      continue;
    }
    at += used;
    if (number == 0 || number > group_count) continue;
    parts_.push_back({std::move(literal), static_cast<int>(number)});
    literal.clear();
  }
  parts_.push_back({std::move(literal), -1});
}

void Replacement::append(std::string& out, std::string_view subject, const Match& match) const {
  for (const Part& part : parts_) {
    out += part.literal;
    if (part.group == 0) out += match.whole.of(subject);
    if (part.group > 0) out += match.groups[static_cast<std::size_t>(part.group) - 1].of(subject);
  }
}

}  // namespace arint::regex
