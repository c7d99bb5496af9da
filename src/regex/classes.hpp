// SPDX-License-Identifier: GPL-3.0-or-later
// Escapes and character classes of ECMAScript patterns, written out for RE2. Internal to regex/.
#pragma once
#include <string>
#include <string_view>

namespace arint::regex {

inline constexpr std::string_view any_character = "[\\x00-\\x{10FFFF}]";
inline constexpr std::string_view no_character = "[^\\x00-\\x{10FFFF}]";
// ECMA-262, 12.3: line feed, carriage return, line separator, paragraph separator.
inline constexpr std::string_view not_line_break = "[^\\n\\r\\x{2028}\\x{2029}]";

// What a backslash and what follows it stand for: one character, or a set of them.
struct Escape {
  bool is_class = false;
  char32_t code_point = 0;
  std::string ranges{};   // what stands between the brackets of an RE2 class
  std::string problem{};  // completes "the regular expression X ..."
};

// Reads the escape at pattern[at] (a backslash with something after it or nothing) and moves `at` behind it.
// Inside a class, \b is the backspace.
Escape read_escape(std::string_view pattern, std::size_t& at, bool in_class);

// A character that stands for itself, outside of a class. A lone surrogate matches nothing: text is UTF-8.
void append_literal(std::string& out, char32_t c);

// A range inside a class; surrogates are left out.
void append_range(std::string& out, char32_t first, char32_t last);

}  // namespace arint::regex
