// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/postgres/values/arguments.hpp"

#include "base/text.hpp"
#include "format/json/json.hpp"

namespace arint::connectors::sql {
namespace {

using document::Kind;
using document::Value;

void append_json(const Value& value, std::string& out) {
  // It cannot fail: parameters_of() has written it before.
  static_cast<void>(format::json::write(value, out));
}

void append_quoted(std::string_view text, std::string& out) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void append_literal(std::span<const Value> items, bool json_items, std::string& out) {
  out += '{';
  const char* before = "";
  for (const Value& item : items) {
    out += before;
    before = ",";
    const Kind kind = item.kind();
    if (kind == Kind::absent || kind == Kind::null) {
      out += "NULL";
    } else if (json_items || kind == Kind::object) {
      std::string text;
      append_json(item, text);
      append_quoted(text, out);
    } else if (kind == Kind::array) {
      append_literal(item.items(), false, out);
    } else if (kind == Kind::boolean) {
      out += item.as_boolean() ? 't' : 'f';
    } else if (kind == Kind::number) {
      item.append_number(out);
    } else {
      append_quoted(kind == Kind::bytes ? "\\x" + hex(item.as_text()) : std::string(item.as_text()), out);
    }
  }
  out += '}';
}

}  // namespace

void append_array(const Value& array, TypeId type, std::string& out) {
  if (type == 0 || is_json(type) || is_text(type)) append_json(array, out);
  else append_literal(array.items(), is_json(item_type(type)), out);
}

void Arguments::fill(std::span<const Value> values, std::span<const TypeId> types) {
  held_.clear();
  values_.clear();
  lengths_.clear();
  formats_.clear();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Value& value = values[i];
    const std::size_t start = held_.size();
    switch (value.kind()) {
      case Kind::boolean: held_ += value.as_boolean() ? 't' : 'f'; break;
      case Kind::number: value.append_number(held_); break;
      case Kind::text:
      case Kind::bytes: held_ += value.as_text(); break;
      case Kind::array: append_array(value, types.empty() ? 0 : types[i], held_); break;
      default: break;
    }
    lengths_.push_back(static_cast<int>(held_.size() - start));
    formats_.push_back(value.is_bytes() ? 1 : 0);
    held_ += '\0';
  }
  const char* next = held_.data();
  for (std::size_t i = 0; i < values.size(); ++i) {
    values_.push_back(values[i].is_null() ? nullptr : next);
    next += lengths_[i] + 1;
  }
}

}  // namespace arint::connectors::sql
