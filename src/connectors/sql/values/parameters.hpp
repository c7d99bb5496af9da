// SPDX-License-Identifier: GPL-3.0-or-later
// From what an expression gave to the values of a statement's parameters.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "document/value.hpp"

namespace arint::connectors::sql {

// One value for each name, appended to `out`: `fields` is an object, or absent (everything is null). Absent and null are null;
// arrays and objects become JSON text, which PostgreSQL takes as json and jsonb and SQLite's JSON functions read.
// Fault malformed: `fields` is something else, or a value is a function. Throws ArenaFull.
Result<void> parameters_of(const document::Value& fields, std::span<const std::string> names, document::Arena& arena,
                           std::vector<document::Value>& out);

}  // namespace arint::connectors::sql
