// SPDX-License-Identifier: GPL-3.0-or-later
// PostgreSQL's values, as it writes them in text, to documents.
//
// Numbers stay as written (numeric with all its digits), NaN and Infinity are text; json and jsonb become documents, bytea bytes,
// timestamps ISO 8601 with "T" and an offset as RFC 3339 has it, arrays arrays. Everything else is the text the server wrote.
// Source: PostgreSQL 15 manual, chapter 8; the object ids are those of pg_type.dat, which never change.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/result.hpp"
#include "document/value.hpp"

namespace arint::connectors::sql {

using TypeId = std::uint32_t;

// `text` may go away. Fault malformed: JSON nested deeper than 1,000, an array that is none. Throws ArenaFull.
Result<document::Value> value_of(TypeId type, std::string_view text, document::Arena& arena);

// The type of an array's items; 0 when it is not an array we know.
TypeId item_type(TypeId array) noexcept;

bool is_json(TypeId type) noexcept;  // json, jsonb
bool is_text(TypeId type) noexcept;  // text and its kin, and unknown

// "{1,NULL,"a b"}" and nested. Source: section 8.15.6.
Result<document::Value> array_value(TypeId items, std::string_view text, document::Arena& arena);

}  // namespace arint::connectors::sql
