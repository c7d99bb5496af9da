// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/values/parameters.hpp"

#include "format/json/json.hpp"

namespace arint::connectors::sql {

using document::Kind;
using document::Value;

Result<void> parameters_of(const Value& fields, std::span<const std::string> names, document::Arena& arena, std::vector<Value>& out) {
  if (!fields.is_object() && !fields.is_absent())
    return Error{Fault::malformed, "the parameters come from an object, this is " + document::described(fields)};
  for (const std::string& name : names) {
    const Value value = fields.get(name);
    switch (value.kind()) {
      case Kind::absent: out.push_back(Value::null()); break;
      case Kind::array:
      case Kind::object: {
        std::string text;
        Result<void> written = format::json::write(value, text);
        if (!written) return Error{Fault::malformed, "parameter :" + name + ": " + written.error().sentence};
        out.push_back(document::text_of(arena, text));
        break;
      }
      case Kind::opaque: return Error{Fault::malformed, "parameter :" + name + " is a function, not a value"};
      default: out.push_back(value);
    }
  }
  return {};
}

}  // namespace arint::connectors::sql
