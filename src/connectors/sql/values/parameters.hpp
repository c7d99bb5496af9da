// SPDX-License-Identifier: GPL-3.0-or-later
// From what an expression gave to the values of a statement's parameters.
#pragma once
#include <vector>

#include "base/result.hpp"
#include "connectors/sql/statement/statement.hpp"
#include "document/value.hpp"

namespace arint::connectors::sql {

// One value for each name of the statement, appended to `out`: `fields` is an object, or absent (everything is null). Absent and
// null are null; objects become JSON text, which PostgreSQL takes as json and jsonb and SQLite's JSON functions read. So do arrays
// for SQLite (`id in (select value from json_each(:ids))`); PostgreSQL's stay arrays, since only the server knows whether an array
// or JSON is wanted (`id = any(:ids)`).
// Fault malformed: `fields` is something else, a value is or holds a function, or text for PostgreSQL holds a zero byte. Throws ArenaFull.
Result<void> parameters_of(const document::Value& fields, const Statement& statement, document::Arena& arena,
                           std::vector<document::Value>& out);

}  // namespace arint::connectors::sql
