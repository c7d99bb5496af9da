// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/statement/words.hpp"

#include <algorithm>
#include <array>

namespace arint::connectors::sql {
namespace {

// Sorted, so that the look-up is a binary search; a test checks the order.
constexpr std::array harmless{std::to_array<std::string_view>({
    "abs", "all", "and", "any", "array", "array_agg", "array_length", "as", "avg", "between", "bit_length", "bool_and", "bool_or",
    "btrim", "by", "cardinality", "case", "cast", "ceil", "ceiling", "char", "char_length", "coalesce", "concat", "concat_ws",
    "count", "cube", "date", "date_part", "date_trunc", "datetime", "decimal", "dense_rank", "distinct", "else", "every", "except",
    "exists", "extract", "filter", "first_value", "floor", "from", "generate_series", "greatest", "group_concat", "grouping",
    "having", "ifnull", "iif", "ilike", "in", "initcap", "instr", "intersect", "interval", "join", "json_agg", "json_array",
    "json_array_elements", "json_array_elements_text", "json_array_length", "json_build_array", "json_build_object", "json_each",
    "json_extract", "json_group_array", "json_group_object", "json_object", "json_object_agg", "jsonb_agg", "jsonb_array_elements",
    "jsonb_array_elements_text", "jsonb_array_length", "jsonb_build_array", "jsonb_build_object", "jsonb_each", "jsonb_object_agg",
    "julianday", "lag", "last_value", "lateral", "lead", "least", "left", "length", "like", "limit", "lower", "lpad", "ltrim",
    "materialized", "max", "min", "mod", "not", "now", "ntile", "nullif", "numeric", "octet_length", "offset", "on", "or", "over",
    "partition", "position", "power", "rank", "regexp_replace", "replace", "right", "rollup", "round", "row", "row_number",
    "row_to_json", "rpad", "rtrim", "select", "sets", "sign", "some", "split_part", "sqrt", "strftime", "string_agg", "strpos",
    "substr", "substring", "sum", "then", "time", "timestamp", "timestamptz", "to_char", "to_date", "to_json", "to_jsonb",
    "to_number", "to_timestamp", "total", "trim", "trunc", "typeof", "union", "unixepoch", "unnest", "upper", "using", "values",
    "varchar", "when", "where", "within",
})};
static_assert(std::is_sorted(harmless.begin(), harmless.end()));

constexpr std::array changing{std::to_array<std::string_view>(
    {"alter", "create", "delete", "drop", "insert", "into", "merge", "truncate", "update"})};
constexpr std::array reading{std::to_array<std::string_view>({"select", "table", "values"})};

}  // namespace

bool harmless_before_parenthesis(std::string_view word) noexcept { return std::binary_search(harmless.begin(), harmless.end(), word); }

bool changes_something(std::string_view word) noexcept { return std::binary_search(changing.begin(), changing.end(), word); }

bool begins_reading(std::string_view word) noexcept { return std::binary_search(reading.begin(), reading.end(), word); }

}  // namespace arint::connectors::sql
