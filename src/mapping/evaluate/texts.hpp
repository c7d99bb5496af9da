// SPDX-License-Identifier: GPL-3.0-or-later
// Values as text: what & and $string write.
#pragma once
#include "mapping/evaluate/evaluator.hpp"

namespace arint::mapping {

// A number as JSONata writes it: fractions rounded to 15 significant digits, ECMAScript's shortest form. Digits that the document held
// and nobody calculated with stay when a double could not hold them. Throws D3001, D1001 (inside documents) when it is not finite.
void append_number(TextBuilder& out, const Value& number);

// JSON, with two spaces of indentation when `pretty`. Functions are written as "".
void append_json(Evaluator& run, TextBuilder& out, const Value& value, bool pretty, std::uint32_t offset);

void append_json_text(TextBuilder& out, std::string_view text);

}  // namespace arint::mapping
