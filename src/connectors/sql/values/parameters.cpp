// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/values/parameters.hpp"

#include <algorithm>

#include "format/json/json.hpp"

namespace arint::connectors::sql {

using document::Kind;
using document::Value;

namespace {

// PostgreSQL's text cannot hold it, and libpq would cut the text there.
bool holds_zero_byte(const Value& value) {
  if (value.is_text()) return value.as_text().find('\0') != std::string_view::npos;
  return value.is_array() && std::any_of(value.items().begin(), value.items().end(), holds_zero_byte);
}

}  // namespace

Result<void> parameters_of(const Value& fields, const Statement& statement, document::Arena& arena, std::vector<Value>& out) {
  if (!fields.is_object() && !fields.is_absent())
    return Error{Fault::malformed, "the parameters come from an object, this is " + document::described(fields)};
  for (const std::string& name : statement.names) {
    const Value value = fields.get(name);
    if (statement.dialect == Dialect::postgresql && holds_zero_byte(value))
      return Error{Fault::malformed, "parameter :" + name + ": the text holds a zero byte, which PostgreSQL cannot store"};
    switch (value.kind()) {
      case Kind::absent: out.push_back(Value::null()); break;
      case Kind::array:
      case Kind::object: {
        std::string text;
        Result<void> written = format::json::write(value, text);
        if (!written) return Error{Fault::malformed, "parameter :" + name + ": " + written.error().sentence};
        // Writing it has shown that nothing in it cannot be sent.
        out.push_back(value.is_array() && statement.dialect == Dialect::postgresql ? value : document::text_of(arena, text));
        break;
      }
      case Kind::opaque: return Error{Fault::malformed, "parameter :" + name + " is a function, not a value"};
      default: out.push_back(value);
    }
  }
  return {};
}

}  // namespace arint::connectors::sql
