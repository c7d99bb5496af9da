// SPDX-License-Identifier: GPL-3.0-or-later
// Value: the one tree that every format parses to, is written from, and that maps and conditions run over.
//
// A Value is 16 bytes, copied freely, and never changed once it is part of a tree: a changed document shares all it can with the
// one it was made from. What it points at (text, items, members) lives in an Arena, or in the message's own bytes.
//
// absent, null and empty are three things. Object members keep their order; no format makes names that repeat (XML elements that do
// become one member with an array: format/xml/README.md). Numbers stay as written until somebody calculates
// with them. Text is UTF-8; a lone surrogate is kept as its three bytes (WTF-8). Bytes are not text.
#pragma once
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "document/arena.hpp"

namespace arint::document {

enum class Kind : std::uint8_t { absent, null, boolean, number, text, bytes, array, object, opaque };

struct Member;

class Value {
 public:
  constexpr Value() noexcept : integer_(0) {}  // absent
  static Value null() noexcept { return Value(Kind::null, 0); }
  static Value boolean(bool b) noexcept {
    Value v(Kind::boolean, 0);
    v.integer_ = b;
    return v;
  }
  static Value integer(std::int64_t i) noexcept {
    Value v(Kind::number, 0);
    v.form_ = Form::integer;
    v.integer_ = i;
    return v;
  }
  static Value real(double d) noexcept {
    Value v(Kind::number, 0);
    v.form_ = Form::real;
    v.real_ = d;
    return v;
  }
  // A number kept as it was written: RFC 8259 number grammar, 200 digits and 1e999999 included. `digits` must outlive the value.
  static Value written(std::string_view digits) noexcept {
    Value v(Kind::number, digits.size());
    v.form_ = Form::written;
    v.text_ = digits.data();
    return v;
  }
  static Value text(std::string_view text) noexcept {
    Value v(Kind::text, text.size());
    v.text_ = text.data();
    return v;
  }
  static Value bytes(std::string_view bytes) noexcept {
    Value v(Kind::bytes, bytes.size());
    v.text_ = bytes.data();
    return v;
  }
  static Value array(std::span<const Value> items) noexcept {
    Value v(Kind::array, items.size());
    v.items_ = items.data();
    return v;
  }
  static Value object(std::span<const Member> members) noexcept;
  // Something of the mapping language that is no data (a function). Never written by a format.
  static Value opaque(const void* thing) noexcept {
    Value v(Kind::opaque, 0);
    v.opaque_ = thing;
    return v;
  }

  Kind kind() const noexcept { return kind_; }
  bool is_absent() const noexcept { return kind_ == Kind::absent; }
  bool is_null() const noexcept { return kind_ == Kind::null; }
  bool is_boolean() const noexcept { return kind_ == Kind::boolean; }
  bool is_number() const noexcept { return kind_ == Kind::number; }
  bool is_text() const noexcept { return kind_ == Kind::text; }
  bool is_bytes() const noexcept { return kind_ == Kind::bytes; }
  bool is_array() const noexcept { return kind_ == Kind::array; }
  bool is_object() const noexcept { return kind_ == Kind::object; }
  bool is_opaque() const noexcept { return kind_ == Kind::opaque; }

  // Each needs its kind; the caller has looked.
  bool as_boolean() const noexcept { return integer_ != 0; }
  std::string_view as_text() const noexcept { return {text_, size_}; }  // text and bytes alike
  std::span<const Value> items() const noexcept { return {items_, size_}; }
  std::span<const Member> members() const noexcept;
  const void* as_opaque() const noexcept { return opaque_; }
  std::uint32_t size() const noexcept { return size_; }

  // Numbers: how it is held, and what it is worth.
  bool holds_integer() const noexcept { return form_ == Form::integer; }
  bool holds_written() const noexcept { return form_ == Form::written; }
  std::int64_t as_integer() const noexcept { return integer_; }  // only when holds_integer()
  double as_double() const noexcept;                             // nearest double; 1e999999 gives infinity
  // The number as text: as written, or the shortest that reads back the same (ECMAScript Number::toString). Appends.
  void append_number(std::string& out) const;

  // The member of that name (the last one when it repeats), or nullptr. An object only.
  const Value* find(std::string_view name) const noexcept;
  // Convenience for readers of configuration-like documents: absent when it is not an object or has no such member.
  Value get(std::string_view name) const noexcept;

  // Free for the mapping language (sequence marks and the like); formats ignore it, copying keeps it.
  std::uint16_t marks = 0;

 private:
  enum class Form : std::uint8_t { integer, real, written };
  constexpr Value(Kind kind, std::size_t size) noexcept : kind_(kind), size_(static_cast<std::uint32_t>(size)), integer_(0) {}

  Kind kind_ = Kind::absent;
  Form form_ = Form::integer;
  std::uint32_t size_ = 0;
  union {
    std::int64_t integer_;
    double real_;
    const char* text_;
    const Value* items_;
    const Member* members_;
    const void* opaque_;
  };
};

// One member of an object. 32 bytes.
struct Member {
  std::string_view name{};
  Value value{};
};

inline Value Value::object(std::span<const Member> members) noexcept {
  Value v(Kind::object, members.size());
  v.members_ = members.data();
  return v;
}

inline std::span<const Member> Value::members() const noexcept { return {members_, size_}; }

// Same kind and worth; members in any order; 1, 1.0 and 1e0 are equal. Opaque values are equal when they are the same thing.
bool equal(const Value& a, const Value& b) noexcept;

// A copy that shares nothing: `from` and the bytes it points at may go away.
Value copy_into(Arena& arena, const Value& from);

// A document like `object` with the member set (in place when it is there, at the end when not). `object` may be absent: starts one.
// Shares all other members. Names and values are not copied.
Value with_member(Arena& arena, const Value& object, std::string_view name, const Value& value);
Value without_member(Arena& arena, const Value& object, std::string_view name);
Value concatenated(Arena& arena, const Value& left, const Value& right);  // two arrays

Value array_of(Arena& arena, std::span<const Value> items);     // copies the span itself, not what it points at
Value object_of(Arena& arena, std::span<const Member> members);
Value text_of(Arena& arena, std::string_view text);             // copies the text

// How deep the tree is nested; 0 for a scalar. Stops at `most`.
std::size_t depth(const Value& value, std::size_t most = 100'000);

// "an object with 3 members", "the text \"abc\"", "12": for error sentences.
std::string described(const Value& value);

}  // namespace arint::document
