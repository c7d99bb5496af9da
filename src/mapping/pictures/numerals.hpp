// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers that are not written in digits: English words, Roman numerals, letters. Whole numbers from 0.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace arint::mapping {

// "Three Hundred and Twenty-Seven Thousand, Seven Hundred and Thirtieth": title case; `and` stays small.
std::string in_words(double value, bool ordinal);
// Any case, cardinal or ordinal; nullopt when a word is no number.
std::optional<double> from_words(std::string_view text);
// How many bytes at text[at] are one number word, "and", a comma, a hyphen or a space; 0: none of them. Several words may fit
// ("six", "sixteen"): `which` counts them from 0, longest first.
std::size_t word_length(std::string_view text, std::size_t at, std::size_t which) noexcept;

std::string in_roman(double value);  // lower case; at most 999'999; empty for 0
std::optional<double> from_roman(std::string_view text);  // any case; empty is 0

std::string in_letters(double value);  // a, b, ... z, aa, ab; empty for 0
std::optional<double> from_letters(std::string_view text);  // any case

}  // namespace arint::mapping
