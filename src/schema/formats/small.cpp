// SPDX-License-Identifier: GPL-3.0-or-later
#include "regex/regex.hpp"
#include "schema/formats/characters.hpp"
#include "schema/formats/formats.hpp"

namespace arint::schema {

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex_digit(text[i])) return false;
  }
  return true;
}

bool is_json_pointer(std::string_view text) {
  if (!text.empty() && text[0] != '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) return false;
  return true;
}

bool is_relative_json_pointer(std::string_view text) {
  Cursor in(text);
  std::size_t digits = in.skip_digits();
  if (digits == 0 || (digits > 1 && text[0] == '0')) return false;
  std::string_view rest = in.rest();
  // An offset among the items of an array: "0+1", "2-1/a".
  if (rest.starts_with('+') || rest.starts_with('-')) {
    Cursor offset(rest.substr(1));
    std::size_t count = offset.skip_digits();
    if (count == 0 || rest[1] == '0') return false;
    rest = offset.rest();
  }
  return rest == "#" || is_json_pointer(rest);
}

bool is_regex(std::string_view text) { return regex::Regex::compile(text).ok(); }

}  // namespace arint::schema
