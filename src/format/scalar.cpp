// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/scalar.hpp"

#include "base/text.hpp"

namespace arint::format {

std::optional<std::string_view> scalar_text(const document::Value& value, std::string& buffer) {
  buffer.clear();
  switch (value.kind()) {
    case document::Kind::absent:
    case document::Kind::null: return "";
    case document::Kind::boolean: return value.as_boolean() ? "true" : "false";
    case document::Kind::text:
      if (valid_utf8(value.as_text())) return value.as_text();
      buffer = "the text is not valid UTF-8: " + quoted(value.as_text(), 40);
      return std::nullopt;
    case document::Kind::number: value.append_number(buffer); return buffer;
    case document::Kind::bytes: buffer = base64(value.as_text()); return buffer;
    default: break;
  }
  buffer = "found " + document::described(value) + ", expected a text, a number or another single value";
  return std::nullopt;
}

}  // namespace arint::format
