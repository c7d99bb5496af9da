// SPDX-License-Identifier: GPL-3.0-or-later
// How ARINT's own functions read their arguments, and the one error they have: U2001, an argument that cannot be used.
#pragma once
#include <array>
#include <span>
#include <string_view>

#include "mapping/functions/support.hpp"

namespace arint::mapping {

// "argument 2 of $hash must be one of sha-256, sha-384, found the text "x"". `index` counts from 0.
[[noreturn]] void unusable(Call& call, std::size_t index, std::string_view function, std::string_view wanted);

// An argument that may be left out and is one of few words otherwise; without it the first.
std::size_t word_argument(Call& call, std::size_t index, std::string_view function, std::span<const std::string_view> words);
// A whole number in a range.
std::int64_t whole_argument(Call& call, std::size_t index, std::string_view function, std::int64_t least, std::int64_t most);
// The bytes of a text (UTF-8) or of bytes.
std::string_view bytes_argument(Call& call, std::size_t index, std::string_view function);

}  // namespace arint::mapping
