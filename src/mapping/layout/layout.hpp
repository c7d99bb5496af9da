// SPDX-License-Identifier: GPL-3.0-or-later
// Layout: a JSONata source laid out the one way. Only blanks change; tokens, comments, and with them the meaning, stay.
//
// Line breaks are the author's: one behind an opening bracket puts each part of that bracket on a line of its own, others stay where
// they may. Brackets on lines over 120 characters are opened up so. Two blanks an indent, at most one empty line, none at the ends.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "mapping/expression.hpp"

namespace arint::mapping {

inline constexpr std::size_t longest_line = 120;  // characters; a line that has no bracket to open may be longer

// Laying out what was laid out gives the same text. Errors: those of a source that cannot be parsed, as Expression::compile gives them.
Result<std::string> laid_out(std::string_view source, CompileError* detail = nullptr);

}  // namespace arint::mapping
