// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/evaluate/texts.hpp"

#include <charconv>
#include <cstdio>

#include "document/numbers.hpp"
#include "mapping/evaluate/operators.hpp"

namespace arint::mapping {
namespace {

// Digits from the first that is not zero to the last, without point and exponent.
std::size_t significant_digits(std::string_view number) noexcept {
  std::size_t count = 0, trailing = 0;
  for (char c : number) {
    if (c == 'e' || c == 'E') break;
    if (c < '0' || c > '9' || (c == '0' && count == 0)) continue;
    ++count;
    trailing = c == '0' ? trailing + 1 : 0;
  }
  return count - trailing;
}

// Is it just what ECMAScript would write of that number, with 15 digits at most? Often so: 12.5, 1200.75.
bool in_shortest_form(std::string_view number) noexcept {
  std::size_t point = number.find('.');
  if (number.size() > 16 || number[0] == '-' || number.back() == '0' || number.find_first_of("eE") != std::string_view::npos) return false;
  if (point == std::string_view::npos) return number.size() <= 15;
  // From 1e-7 down there is an exponent.
  return number[0] != '0' || number.substr(point + 1).find_first_not_of('0') < 6;
}

void append_real(TextBuilder& out, double value) {
  char text[document::most_double_bytes];
  char* end = document::write_double(text, value);
  // Rounding to 15 digits hides what binary fractions add: 0.1 + 0.2 is 0.3. What has fewer digits is not changed by it.
  if (std::trunc(value) != value && significant_digits({text, static_cast<std::size_t>(end - text)}) > 15) {
    char digits[40];
    int length = std::snprintf(digits, sizeof digits, "%.15g", value);
    std::from_chars(digits, digits + length, value);
    end = document::write_double(text, value);
  }
  out.append({text, static_cast<std::size_t>(end - text)});
}

// The length of text[at..] that needs no escaping in JSON.
std::size_t plain_length(std::string_view text, std::size_t at) noexcept {
  std::size_t end = at;
  while (end < text.size()) {
    auto c = static_cast<unsigned char>(text[end]);
    if (c < 0x20 || c == '"' || c == '\\') break;
    if (c == 0xED && end + 1 < text.size() && static_cast<unsigned char>(text[end + 1]) >= 0xA0) break;
    ++end;
  }
  return end - at;
}

void indent(TextBuilder& out, std::size_t level) {
  out.append('\n');
  out.append_times(' ', level * 2);
}

struct Writer {
  Evaluator& run;
  TextBuilder& out;
  bool pretty;
  std::uint32_t offset;

  void write(const Value& value, std::size_t level) {
    run.check_stack(offset);
    switch (value.kind()) {
      case document::Kind::absent:
      case document::Kind::null: return out.append("null");
      case document::Kind::boolean: return out.append(value.as_boolean() ? "true" : "false");
      case document::Kind::number:
        require_finite(value, offset);
        return append_number(out, value);
      case document::Kind::text:
      case document::Kind::bytes: return append_json_text(out, value.as_text());
      case document::Kind::opaque: return out.append("\"\"");
      case document::Kind::array: return write_array(value, level);
      case document::Kind::object: return write_object(value, level);
    }
  }

  void write_array(const Value& value, std::size_t level) {
    run.work(value.size() / 8);
    out.append('[');
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (i) out.append(',');
      if (pretty) indent(out, level + 1);
      write(value.items()[i], level + 1);
    }
    if (pretty && value.size()) indent(out, level);
    out.append(']');
  }

  void write_object(const Value& value, std::size_t level) {
    run.work(value.size() / 8);
    out.append('{');
    for (std::size_t i = 0; i < value.size(); ++i) {
      const Member& member = value.members()[i];
      if (i) out.append(',');
      if (pretty) indent(out, level + 1);
      append_json_text(out, member.name);
      out.append(pretty ? std::string_view(": ") : std::string_view(":"));
      write(member.value, level + 1);
    }
    if (pretty && value.size()) indent(out, level);
    out.append('}');
  }
};

}  // namespace

void append_json_text(TextBuilder& out, std::string_view text) {
  out.append('"');
  for (std::size_t at = 0; at < text.size();) {
    std::size_t plain = plain_length(text, at);
    out.append(text.substr(at, plain));
    at += plain;
    if (at == text.size()) break;
    auto c = static_cast<unsigned char>(text[at]);
    constexpr std::string_view known = "\"\\\b\f\n\r\t", letters = "\"\\bfnrt";
    std::size_t which = known.find(static_cast<char>(c));
    char escape[8];
    if (which != std::string_view::npos) {
      escape[0] = '\\';
      escape[1] = letters[which];
      out.append({escape, 2});
      ++at;
    } else if (c == 0xED && at + 2 < text.size()) {
      // A lone surrogate, three bytes here, is escaped as ECMA-262's JSON.stringify does.
      unsigned unit = 0xD000u | (static_cast<unsigned>(text[at + 1]) & 0x3F) << 6 | (static_cast<unsigned>(text[at + 2]) & 0x3F);
      std::snprintf(escape, sizeof escape, "\\u%04x", unit);
      out.append({escape, 6});
      at += 3;
    } else {
      std::snprintf(escape, sizeof escape, "\\u%04x", c);
      out.append({escape, 6});
      ++at;
    }
  }
  out.append('"');
}

void append_number(TextBuilder& out, const Value& number) {
  if (number.holds_integer()) {
    char digits[24];
    auto [end, problem] = std::to_chars(digits, digits + sizeof digits, number.as_integer());
    (void)problem;
    return out.append({digits, static_cast<std::size_t>(end - digits)});
  }
  if (number.holds_written() && in_shortest_form(number.as_text())) return out.append(number.as_text());
  double value = number_value(number);
  if (number.holds_written() && (!std::isfinite(value) || significant_digits(number.as_text()) > 15)) return out.append(number.as_text());
  append_real(out, value);
}

void append_json(Evaluator& run, TextBuilder& out, const Value& value, bool pretty, std::uint32_t offset) {
  Writer{run, out, pretty, offset}.write(value, 0);
}

void Evaluator::append_text(TextBuilder& out, const Value& value, std::uint32_t offset) {
  switch (value.kind()) {
    case document::Kind::absent:
    case document::Kind::opaque: return;
    case document::Kind::text: return out.append(value.as_text());
    case document::Kind::number:
      if (!value.holds_integer() && !value.holds_written() && !std::isfinite(number_value(value)))
        fail("D3001", offset, "a number too large to be written cannot become text", value);
      return append_number(out, value);
    default: append_json(*this, out, value, false, offset);
  }
}

Value Evaluator::text_value(const Value& value, std::uint32_t offset) {
  if (value.is_text()) return value;
  if (value.is_absent() || value.is_opaque()) return Value::text("");
  if (value.is_boolean()) return Value::text(value.as_boolean() ? "true" : "false");
  if (value.is_null()) return Value::text("null");
  TextBuilder out(arena_, value.is_number() ? 24 : 128);
  append_text(out, value, offset);
  return out.value();
}

}  // namespace arint::mapping
