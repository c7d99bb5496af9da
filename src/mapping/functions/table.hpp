// SPDX-License-Identifier: GPL-3.0-or-later
// The table of built-in functions: every function of the language, declared once. One subject, one file.
#pragma once
#include <span>
#include <string_view>

#include "mapping/functions/function.hpp"

namespace arint::mapping {

// All functions, by name. Signatures are parsed.
std::span<const Builtin> builtins();
const Builtin* find_builtin(std::string_view name) noexcept;

// The subjects; a new function is a line in one of these.
std::span<const Builtin> text_functions();
std::span<const Builtin> pattern_functions();
std::span<const Builtin> number_functions();
std::span<const Builtin> aggregate_functions();
std::span<const Builtin> array_functions();
std::span<const Builtin> object_functions();
std::span<const Builtin> higher_order_functions();
std::span<const Builtin> encoding_functions();
std::span<const Builtin> date_functions();
std::span<const Builtin> general_functions();
// ARINT's own, in arint/.
std::span<const Builtin> hash_functions();
std::span<const Builtin> identity_functions();
std::span<const Builtin> decimal_functions();
std::span<const Builtin> calendar_functions();
std::span<const Builtin> mask_functions();
std::span<const Builtin> table_functions();

}  // namespace arint::mapping
