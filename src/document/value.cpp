// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>

#include "base/text.hpp"

namespace arint::document {
namespace {

// ECMAScript Number::toString, radix 10: the shortest digits, plain between 1e-7 and 1e21, else exponent form.
void append_double(std::string& out, double d) {
  if (std::isnan(d)) {
    out += "null";  // JSON has no NaN; mapping never lets one through
    return;
  }
  if (std::isinf(d)) {
    out += d < 0 ? "-1e999999" : "1e999999";
    return;
  }
  if (d == 0) {
    out += "0";
    return;
  }
  char text[32];
  auto [end, problem] = std::to_chars(text, text + sizeof text, d, std::chars_format::scientific);
  (void)problem;
  std::string_view scientific(text, static_cast<std::size_t>(end - text));
  if (scientific[0] == '-') {
    out += '-';
    scientific.remove_prefix(1);
  }
  std::size_t e = scientific.find('e');
  std::string digits(scientific.substr(0, 1));
  if (e > 2) digits += scientific.substr(2, e - 2);
  int exponent = 0;
  std::string_view power = scientific.substr(e + 1);
  if (power[0] == '+') power.remove_prefix(1);
  std::from_chars(power.data(), power.data() + power.size(), exponent);
  int point = exponent + 1;  // where the decimal point stands, counted in digits
  int count = static_cast<int>(digits.size());
  if (count <= point && point <= 21) {
    out += digits;
    out.append(static_cast<std::size_t>(point - count), '0');
  } else if (0 < point && point <= 21) {
    out += digits.substr(0, static_cast<std::size_t>(point));
    out += '.';
    out += digits.substr(static_cast<std::size_t>(point));
  } else if (-6 < point && point <= 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-point), '0');
    out += digits;
  } else {
    out += digits[0];
    if (count > 1) {
      out += '.';
      out += digits.substr(1);
    }
    out += 'e';
    out += exponent < 0 ? '-' : '+';
    out += std::to_string(std::abs(exponent));
  }
}

double parse_double(std::string_view digits) noexcept {
  double out = 0;
  auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (problem == std::errc::result_out_of_range) {
    // from_chars leaves the value alone; the exponent's sign tells which way it went.
    std::size_t e = digits.find_first_of("eE");
    bool tiny = e != std::string_view::npos && e + 1 < digits.size() && digits[e + 1] == '-';
    double size = tiny ? 0.0 : std::numeric_limits<double>::infinity();
    return digits[0] == '-' ? -size : size;
  }
  return out;
}

bool equal_members(const Value& a, const Value& b) noexcept {
  if (a.size() != b.size()) return false;
  for (const Member& member : a.members()) {
    const Value* other = b.find(member.name);
    if (!other || !equal(*a.find(member.name), *other)) return false;
  }
  return true;
}

}  // namespace

double Value::as_double() const noexcept {
  switch (form_) {
    case Form::integer: return static_cast<double>(integer_);
    case Form::real: return real_;
    case Form::written: return parse_double(as_text());
  }
  return 0;
}

void Value::append_number(std::string& out) const {
  switch (form_) {
    case Form::integer: {
      char text[24];
      auto [end, problem] = std::to_chars(text, text + sizeof text, integer_);
      (void)problem;
      out.append(text, end);
      return;
    }
    case Form::real: append_double(out, real_); return;
    case Form::written: out += as_text(); return;
  }
}

const Value* Value::find(std::string_view name) const noexcept {
  for (std::size_t i = size_; i-- > 0;)
    if (members_[i].name == name) return &members_[i].value;
  return nullptr;
}

Value Value::get(std::string_view name) const noexcept {
  const Value* found = is_object() ? find(name) : nullptr;
  return found ? *found : Value();
}

bool equal(const Value& a, const Value& b) noexcept {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::absent:
    case Kind::null: return true;
    case Kind::boolean: return a.as_boolean() == b.as_boolean();
    case Kind::number:
      if (a.holds_integer() && b.holds_integer()) return a.as_integer() == b.as_integer();
      if (a.holds_written() && b.holds_written() && a.as_text() == b.as_text()) return true;
      return a.as_double() == b.as_double();
    case Kind::text:
    case Kind::bytes: return a.as_text() == b.as_text();
    case Kind::array: return std::equal(a.items().begin(), a.items().end(), b.items().begin(), b.items().end(), equal);
    case Kind::object: return equal_members(a, b);
    case Kind::opaque: return a.as_opaque() == b.as_opaque();
  }
  return false;
}

Value copy_into(Arena& arena, const Value& from) {
  Value out = from;
  switch (from.kind()) {
    case Kind::number:
      if (from.holds_written()) out = Value::written(arena.copy(from.as_text()));
      break;
    case Kind::text: out = Value::text(arena.copy(from.as_text())); break;
    case Kind::bytes: out = Value::bytes(arena.copy(from.as_text())); break;
    case Kind::array: {
      Value* items = arena.allocate_array<Value>(from.size());
      for (std::size_t i = 0; i < from.size(); ++i) new (items + i) Value(copy_into(arena, from.items()[i]));
      out = Value::array({items, from.size()});
      break;
    }
    case Kind::object: {
      Member* members = arena.allocate_array<Member>(from.size());
      for (std::size_t i = 0; i < from.size(); ++i)
        new (members + i) Member{arena.copy(from.members()[i].name), copy_into(arena, from.members()[i].value)};
      out = Value::object({members, from.size()});
      break;
    }
    default: break;
  }
  out.marks = from.marks;
  return out;
}

Value with_member(Arena& arena, const Value& object, std::string_view name, const Value& value) {
  std::span<const Member> old = object.is_object() ? object.members() : std::span<const Member>();
  std::size_t at = old.size();
  for (std::size_t i = old.size(); i-- > 0;)
    if (old[i].name == name) {
      at = i;
      break;
    }
  std::size_t count = std::max(old.size(), at + 1);
  Member* members = arena.allocate_array<Member>(count);
  std::uninitialized_copy(old.begin(), old.end(), members);
  new (members + at) Member{name, value};
  return Value::object({members, count});
}

Value without_member(Arena& arena, const Value& object, std::string_view name) {
  if (!object.is_object() || !object.find(name)) return object;
  Member* members = arena.allocate_array<Member>(object.size());
  std::size_t count = 0;
  for (const Member& member : object.members())
    if (member.name != name) new (members + count++) Member(member);
  return Value::object({members, count});
}

Value concatenated(Arena& arena, const Value& left, const Value& right) {
  Value* items = arena.allocate_array<Value>(left.size() + right.size());
  Value* after = std::uninitialized_copy(left.items().begin(), left.items().end(), items);
  std::uninitialized_copy(right.items().begin(), right.items().end(), after);
  return Value::array({items, left.size() + right.size()});
}

Value array_of(Arena& arena, std::span<const Value> items) {
  Value* copy = arena.allocate_array<Value>(items.size());
  std::uninitialized_copy(items.begin(), items.end(), copy);
  return Value::array({copy, items.size()});
}

Value object_of(Arena& arena, std::span<const Member> members) {
  Member* copy = arena.allocate_array<Member>(members.size());
  std::uninitialized_copy(members.begin(), members.end(), copy);
  return Value::object({copy, members.size()});
}

Value text_of(Arena& arena, std::string_view text) { return Value::text(arena.copy(text)); }

std::size_t depth(const Value& value, std::size_t most) {
  if (most == 0) return 0;
  std::size_t deepest = 0;
  if (value.is_array()) {
    for (const Value& item : value.items()) deepest = std::max(deepest, depth(item, most - 1));
    return deepest + 1;
  }
  if (value.is_object()) {
    for (const Member& member : value.members()) deepest = std::max(deepest, depth(member.value, most - 1));
    return deepest + 1;
  }
  return 0;
}

std::string described(const Value& value) {
  auto counted = [](std::size_t n, const char* one) { return std::to_string(n) + " " + one + (n == 1 ? "" : "s"); };
  switch (value.kind()) {
    case Kind::absent: return "nothing";
    case Kind::null: return "null";
    case Kind::boolean: return value.as_boolean() ? "true" : "false";
    case Kind::number: {
      std::string out;
      value.append_number(out);
      return out.size() > 80 ? out.substr(0, 80) + "..." : out;
    }
    case Kind::text: return "the text " + quoted(value.as_text(), 60);
    case Kind::bytes: return counted(value.size(), "byte");
    case Kind::array: return "an array of " + counted(value.size(), "item");
    case Kind::object: return "an object with " + counted(value.size(), "member");
    case Kind::opaque: return "a function";
  }
  return "";
}

}  // namespace arint::document
