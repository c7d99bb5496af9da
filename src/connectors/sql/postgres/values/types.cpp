// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/postgres/values/types.hpp"

#include <charconv>

#include "base/text.hpp"
#include "format/json/json.hpp"

namespace arint::connectors::sql {
namespace {

using document::Value;

constexpr TypeId type_bool = 16, type_bytea = 17, type_int8 = 20, type_int2 = 21, type_int4 = 23, type_text = 25, type_oid = 26,
                 type_json = 114, type_float4 = 700, type_float8 = 701, type_unknown = 705, type_bpchar = 1042, type_varchar = 1043,
                 type_timestamp = 1114, type_timestamptz = 1184, type_numeric = 1700, type_jsonb = 3802;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Value text_value(std::string_view text, document::Arena& arena) {
  // A database in SQL_ASCII holds anything; text of ours is UTF-8.
  return valid_utf8(text) ? Value::text(arena.copy(text)) : Value::bytes(arena.copy(text));
}

Value number(std::string_view text, document::Arena& arena) {
  const char* end = text.data() + text.size();
  std::int64_t integer = 0;
  if (std::from_chars(text.data(), end, integer).ptr == end) return Value::integer(integer);
  // NaN and Infinity are no numbers of a document.
  const bool written = is_digit(text.back()) && (is_digit(text[0]) || (text[0] == '-' && text.size() > 1 && is_digit(text[1])));
  return written ? Value::written(arena.copy(text)) : text_value(text, arena);
}

int hex_digit(char c) { return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

// "\x0a0b": bytea_output is hex in our sessions.
Value bytes(std::string_view text, document::Arena& arena) {
  if (!text.starts_with("\\x") || text.size() % 2) return text_value(text, arena);
  const std::size_t count = text.size() / 2 - 1;
  char* to = static_cast<char*>(arena.allocate(count ? count : 1, 1));
  for (std::size_t i = 0; i < count; ++i) {
    const int high = hex_digit(text[2 * i + 2]), low = hex_digit(text[2 * i + 3]);
    if (high < 0 || low < 0) return text_value(text, arena);
    to[i] = static_cast<char>(high * 16 + low);
  }
  return Value::bytes({to, count});
}

// "2026-11-24 07:37:10.5+01" to "2026-11-24T07:37:10.5+01:00". `infinity` and years BC stay as they are.
Value timestamp(std::string_view text, bool zoned, document::Arena& arena) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos || !is_digit(text.back())) return text_value(text, arena);
  std::string out(text);
  out[space] = 'T';
  const std::size_t sign = out.find_first_of("+-", space);
  if (zoned && sign != std::string::npos) {
    if (out.substr(sign) == "+00") out.replace(sign, 3, "Z");
    else if (out.size() - sign == 3) out += ":00";
  }
  return Value::text(arena.copy(out));
}

Result<Value> json_value(std::string_view text, document::Arena& arena) {
  Result<Value> read = format::json::read(arena.copy(text), arena);
  if (!read) return Error{Fault::malformed, "JSON of the answer cannot be read: " + read.error().sentence};
  return read;
}

}  // namespace

bool is_text(TypeId type) noexcept { return type == type_text || type == type_varchar || type == type_bpchar || type == type_unknown; }

bool is_json(TypeId type) noexcept { return type == type_json || type == type_jsonb; }

Result<Value> value_of(TypeId type, std::string_view text, document::Arena& arena) {
  switch (type) {
    case type_bool: return Value::boolean(text == "t");
    case type_int2:
    case type_int4:
    case type_int8:
    case type_oid:
    case type_float4:
    case type_float8:
    case type_numeric: return text.empty() ? text_value(text, arena) : number(text, arena);
    case type_bytea: return bytes(text, arena);
    case type_json:
    case type_jsonb: return json_value(text, arena);
    case type_timestamp: return timestamp(text, false, arena);
    case type_timestamptz: return timestamp(text, true, arena);
    default:
      if (const TypeId items = item_type(type)) return array_value(items, text, arena);
      return text_value(text, arena);
  }
}

}  // namespace arint::connectors::sql
