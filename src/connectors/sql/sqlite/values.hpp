// SPDX-License-Identifier: GPL-3.0-or-later
// Values to and from SQLite.
//
// Numbers are bound as integers or doubles when those are exactly what was written, else as text with all digits. Columns whose
// declared type is JSON or BOOLEAN come back as documents and booleans; SQLite itself knows only text and numbers.
#pragma once
#include <sqlite3.h>

#include "base/result.hpp"
#include "document/value.hpp"

namespace arint::connectors::sql {

// The value must live until the statement is reset. SQLITE_OK or SQLite's fault (too big).
int bind(sqlite3_stmt* statement, int number, const document::Value& value);

// Text that is not UTF-8 becomes bytes, infinities become text. Throws ArenaFull.
document::Value column_value(sqlite3_stmt* statement, int column, document::Arena& arena);

// What it takes as SQLite holds it.
std::size_t column_bytes(sqlite3_stmt* statement, int column) noexcept;

}  // namespace arint::connectors::sql
