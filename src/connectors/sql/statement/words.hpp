// SPDX-License-Identifier: GPL-3.0-or-later
// Words of SQL that tell what a statement may do.
#pragma once
#include <string_view>

namespace arint::connectors::sql {

// May this word stand before "(" in a statement that is repeated when its outcome is unknown? Keywords, types, and functions of
// PostgreSQL and SQLite that have no effect. Anything else may be somebody's function that books an order.
bool harmless_before_parenthesis(std::string_view lower_case_word) noexcept;

// Does the word change data or tables when it is a command, or part of one (`with x as (delete ...)`, `select ... into`)?
bool changes_something(std::string_view lower_case_word) noexcept;

// A command that begins with it and holds no changing word only reads.
bool begins_reading(std::string_view lower_case_word) noexcept;

}  // namespace arint::connectors::sql
