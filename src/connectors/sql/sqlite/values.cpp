// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/sqlite/values.hpp"

#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "format/json/json.hpp"

namespace arint::connectors::sql {
namespace {

using document::Value;

// Every decimal number of so many digits comes back from a double as it was (IEEE 754, DBL_DIG).
constexpr int exact_digits = 15;

bool fits_double(std::string_view digits) {
  int significant = 0;
  for (char c : digits.substr(0, digits.find_first_of("eE")))
    if (c >= '0' && c <= '9' && (significant || c != '0')) ++significant;
  return significant <= exact_digits;
}

int bind_number(sqlite3_stmt* statement, int number, const Value& value) {
  if (value.holds_integer()) return sqlite3_bind_int64(statement, number, value.as_integer());
  if (!value.holds_written()) return sqlite3_bind_double(statement, number, value.as_double());
  std::string_view digits = value.as_text();
  std::int64_t integer = 0;
  const char* end = digits.data() + digits.size();
  if (auto [stop, error] = std::from_chars(digits.data(), end, integer); stop == end && error == std::errc())
    return sqlite3_bind_int64(statement, number, integer);
  if (const double real = value.as_double(); fits_double(digits) && std::isfinite(real)) return sqlite3_bind_double(statement, number, real);
  return sqlite3_bind_text64(statement, number, digits.data(), digits.size(), SQLITE_STATIC, SQLITE_UTF8);
}

bool declared_as(sqlite3_stmt* statement, int column, std::string_view one, std::string_view other) {
  const char* type = sqlite3_column_decltype(statement, column);
  return type && (equals_ignoring_case(type, one) || equals_ignoring_case(type, other));
}

Value text_value(sqlite3_stmt* statement, int column, document::Arena& arena) {
  const char* from = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  const std::string_view text = arena.copy({from ? from : "", static_cast<std::size_t>(sqlite3_column_bytes(statement, column))});
  if (!valid_utf8(text)) return Value::bytes(text);
  if (declared_as(statement, column, "json", "jsonb"))
    if (Result<Value> read = format::json::read(text, arena)) return *read;
  return Value::text(text);
}

}  // namespace

int bind(sqlite3_stmt* statement, int number, const Value& value) {
  const std::string_view text = value.is_text() || value.is_bytes() ? value.as_text() : std::string_view();
  const char* from = text.data() ? text.data() : "";  // a null pointer would be bound as null
  switch (value.kind()) {
    case document::Kind::boolean: return sqlite3_bind_int(statement, number, value.as_boolean());
    case document::Kind::number: return bind_number(statement, number, value);
    case document::Kind::text: return sqlite3_bind_text64(statement, number, from, text.size(), SQLITE_STATIC, SQLITE_UTF8);
    case document::Kind::bytes: return sqlite3_bind_blob64(statement, number, from, text.size(), SQLITE_STATIC);
    default: return sqlite3_bind_null(statement, number);
  }
}

Value column_value(sqlite3_stmt* statement, int column, document::Arena& arena) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: {
      const std::int64_t integer = sqlite3_column_int64(statement, column);
      if ((integer == 0 || integer == 1) && declared_as(statement, column, "boolean", "bool")) return Value::boolean(integer == 1);
      return Value::integer(integer);
    }
    case SQLITE_FLOAT: {
      const double real = sqlite3_column_double(statement, column);
      if (std::isfinite(real)) return Value::real(real);
      return Value::text(real > 0 ? "Infinity" : "-Infinity");
    }
    case SQLITE_TEXT: return text_value(statement, column, arena);
    case SQLITE_BLOB: {
      const char* from = static_cast<const char*>(sqlite3_column_blob(statement, column));
      return Value::bytes(arena.copy({from ? from : "", static_cast<std::size_t>(sqlite3_column_bytes(statement, column))}));
    }
    default: return Value::null();
  }
}

std::size_t column_bytes(sqlite3_stmt* statement, int column) noexcept {
  const int type = sqlite3_column_type(statement, column);
  return type == SQLITE_TEXT || type == SQLITE_BLOB ? static_cast<std::size_t>(sqlite3_column_bytes(statement, column)) : 8;
}

}  // namespace arint::connectors::sql
