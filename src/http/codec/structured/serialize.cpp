// SPDX-License-Identifier: GPL-3.0-or-later
// RFC 9651, section 4.1.
#include <algorithm>

#include "base/text.hpp"
#include "http/codec/structured/structured.hpp"

namespace arint::http::structured {
namespace {

constexpr std::int64_t largest = 999'999'999'999'999;

bool put_key(std::string& out, std::string_view key) {
  auto lower_alpha = [](char c) { return c >= 'a' && c <= 'z'; };
  auto good = [&](char c) { return lower_alpha(c) || (c >= '0' && c <= '9') || std::string_view("_-.*").find(c) != std::string_view::npos; };
  out += key;
  return !key.empty() && (lower_alpha(key[0]) || key[0] == '*') && std::all_of(key.begin(), key.end(), good);
}

bool put_decimal(std::string& out, std::int64_t thousandths) {
  std::int64_t size = thousandths < 0 ? -thousandths : thousandths;
  std::string places = std::to_string(1000 + size % 1000).substr(1);
  while (places.size() > 1 && places.back() == '0') places.pop_back();
  if (thousandths < 0) out += '-';
  out += std::to_string(size / 1000) + "." + places;
  return size <= largest;
}

bool put_string(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c < 0x20 || c > 0x7E) return false;
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
  return true;
}

bool put_display(std::string& out, std::string_view text) {
  out += "%\"";
  for (char c : text) {
    if (c < 0x20 || c > 0x7E || c == '%' || c == '"') out += "%" + hex({&c, 1});
    else out += c;
  }
  out += '"';
  return valid_utf8(text);
}

bool put(std::string& out, const Bare& value) {
  switch (value.type) {
    case Type::integer: out += std::to_string(value.number); return value.number >= -largest && value.number <= largest;
    case Type::decimal: return put_decimal(out, value.number);
    case Type::string: return put_string(out, value.text);
    case Type::token: {
      out += value.text;
      // What reads back as this very token is one.
      Result<Item> again = parse_item(value.text);
      return again && again->value.type == Type::token && again->value.text == value.text && again->parameters.empty();
    }
    case Type::bytes: out += ":" + base64(value.text) + ":"; return true;
    case Type::boolean: out += value.number ? "?1" : "?0"; return true;
    case Type::date: out += "@" + std::to_string(value.number); return value.number >= -largest && value.number <= largest;
    case Type::display: return put_display(out, value.text);
  }
  return false;
}

bool is_true(const Bare& value) { return value.type == Type::boolean && value.number; }

bool put(std::string& out, const Parameters& parameters) {
  for (const auto& [name, value] : parameters) {
    out += ';';
    if (!put_key(out, name)) return false;
    if (is_true(value)) continue;
    out += '=';
    if (!put(out, value)) return false;
  }
  return true;
}

bool put(std::string& out, const Member& member) {
  if (!member.inner) return put(out, member.value) && put(out, member.parameters);
  out += '(';
  for (std::size_t i = 0; i < member.items.size(); ++i) {
    if (i) out += ' ';
    if (!put(out, member.items[i].value) || !put(out, member.items[i].parameters)) return false;
  }
  out += ')';
  return put(out, member.parameters);
}

Result<std::string> done(bool good, std::string out) {
  if (good) return out;
  return Error{Fault::malformed, "a key, number or text cannot be written in a structured field"};
}

}  // namespace

Result<std::string> serialize(const Item& item) {
  std::string out;
  bool good = put(out, item.value) && put(out, item.parameters);
  return done(good, std::move(out));
}

Result<std::string> serialize(const Member& member) {
  std::string out;
  bool good = put(out, member);
  return done(good, std::move(out));
}

Result<std::string> serialize(const List& list) {
  std::string out;
  bool good = true;
  for (std::size_t i = 0; i < list.size() && good; ++i) {
    if (i) out += ", ";
    good = put(out, list[i]);
  }
  return done(good, std::move(out));
}

Result<std::string> serialize(const Dictionary& dictionary) {
  std::string out;
  bool good = true;
  for (const auto& [name, member] : dictionary) {
    if (!out.empty()) out += ", ";
    good = good && put_key(out, name);
    // A key whose value is true stands alone, with the value's parameters.
    if (!member.inner && is_true(member.value)) good = good && put(out, member.parameters);
    else good = good && put(out += '=', member);
  }
  return done(good, std::move(out));
}

}  // namespace arint::http::structured
