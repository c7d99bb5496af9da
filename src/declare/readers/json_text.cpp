// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/readers/json_text.hpp"

#include <cstdio>

#include "base/text.hpp"

namespace arint::declare {

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string json_of(const Node& node) {
  std::string out;
  switch (node.kind) {
    case Kind::null: return "null";
    case Kind::scalar:
      switch (scalar_type(node)) {
        case Scalar::boolean: return lower(node.text);
        case Scalar::integer:
          if (std::optional<std::int64_t> value = integer_of(node.text)) return std::to_string(*value);
          break;
        case Scalar::real: {
          // JSON has no leading plus, no bare point and no infinity.
          char first = node.text[0], last = node.text.back();
          if (first >= '0' && first <= '9' && last >= '0' && last <= '9' && node.text.find(".e") == std::string::npos && !node.text.starts_with("00")) return node.text;
          break;
        }
        case Scalar::text: break;
      }
      return json_quoted(node.text);
    case Kind::list:
      for (const Node& item : node.items) out += (out.empty() ? "" : ", ") + json_of(item);
      return "[" + out + "]";
    case Kind::map:
      for (const Member& member : node.members) out += (out.empty() ? "" : ", ") + json_quoted(member.name) + ": " + json_of(member.value);
      return "{" + out + "}";
  }
  return out;
}

void JsonText::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (levels_.empty()) return;
  if (!levels_.back().empty) out_ += ',';
  levels_.back().empty = false;
  new_line();
}

void JsonText::open(char bracket) {
  before_value();
  out_ += bracket;
  levels_.push_back({bracket == '{' ? '}' : ']'});
}

void JsonText::close() {
  Level level = levels_.back();
  levels_.pop_back();
  if (!level.empty) new_line();
  out_ += level.closing;
}

void JsonText::key(std::string_view name) {
  before_value();
  out_ += json_quoted(name) + ": ";
  after_key_ = true;
}

void JsonText::text(std::string_view value) { raw(json_quoted(value)); }

void JsonText::raw(std::string_view json) {
  before_value();
  out_ += json;
}

void JsonText::texts(std::string_view name, const std::vector<std::string>& values) {
  key(name);
  std::string list = "[";
  for (const std::string& value : values) list += (list.size() > 1 ? ", " : "") + json_quoted(value);
  raw(list + "]");
}

}  // namespace arint::declare
