// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/value.hpp"

#include <algorithm>
#include <charconv>
#include <memory>

#include "base/text.hpp"
#include "document/numbers.hpp"

namespace arint::document {
namespace {

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
    case Form::written: return double_of(as_text());
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
    case Form::real: {
      char text[most_double_bytes];
      out.append(text, write_double(text, real_));
      return;
    }
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
