// SPDX-License-Identifier: GPL-3.0-or-later
// Small helpers on text that more than one folder needs.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace arint {

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
