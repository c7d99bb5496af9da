// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/record.hpp"

#include <bit>

#include "store/pieces.hpp"

namespace arint::delivery {
namespace {

using document::Kind;
using document::Value;
using store::put;
using store::take;

constexpr unsigned deepest = 10'000;

// Zigzag, as Protocol Buffers has it: small negatives stay small.
std::uint64_t zigzag(std::int64_t value) { return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63); }
std::int64_t zagzig(std::uint64_t value) { return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1); }

bool read_nested(std::string_view& from, document::Arena& arena, Value& out, unsigned depth) {
  if (from.empty() || depth > deepest) return false;
  const char tag = from.front();
  from.remove_prefix(1);
  std::uint64_t count = 0;
  std::string_view text;
  switch (tag) {
    case 'a': out = Value(); return true;
    case 'n': out = Value::null(); return true;
    case 't': out = Value::boolean(true); return true;
    case 'f': out = Value::boolean(false); return true;
    case 'i':
      if (!take(from, count)) return false;
      out = Value::integer(zagzig(count));
      return true;
    case 'd':
      if (!take(from, count)) return false;
      out = Value::real(std::bit_cast<double>(count));
      return true;
    case 'w':
    case 's':
    case 'b':
      if (!take(from, text)) return false;
      text = arena.copy(text);
      out = tag == 'w' ? Value::written(text) : tag == 's' ? Value::text(text) : Value::bytes(text);
      return true;
    case 'l': {
      // Each item takes a byte at least: no count asks for more memory than there are bytes.
      if (!take(from, count) || count > from.size()) return false;
      std::vector<Value> items(count);
      for (Value& item : items)
        if (!read_nested(from, arena, item, depth + 1)) return false;
      out = document::array_of(arena, items);
      return true;
    }
    case 'o': {
      if (!take(from, count) || count > from.size()) return false;
      std::vector<document::Member> members(count);
      for (document::Member& member : members) {
        if (!take(from, text) || !read_nested(from, arena, member.value, depth + 1)) return false;
        member.name = arena.copy(text);
      }
      out = document::object_of(arena, members);
      return true;
    }
    default: return false;
  }
}

}  // namespace

void write_value(const Value& value, std::string& out) {
  switch (value.kind()) {
    case Kind::absent:
    case Kind::opaque: out += 'a'; return;
    case Kind::null: out += 'n'; return;
    case Kind::boolean: out += value.as_boolean() ? 't' : 'f'; return;
    case Kind::number:
      if (value.holds_integer()) {
        out += 'i';
        put(zigzag(value.as_integer()), out);
      } else if (value.holds_written()) {
        std::string digits;
        value.append_number(digits);
        out += 'w';
        put(std::string_view(digits), out);
      } else {
        out += 'd';
        put(std::bit_cast<std::uint64_t>(value.as_double()), out);
      }
      return;
    case Kind::text:
    case Kind::bytes:
      out += value.is_text() ? 's' : 'b';
      put(value.as_text(), out);
      return;
    case Kind::array:
      out += 'l';
      put(value.items().size(), out);
      for (const Value& item : value.items()) write_value(item, out);
      return;
    case Kind::object:
      out += 'o';
      put(value.members().size(), out);
      for (const document::Member& member : value.members()) put(member.name, out), write_value(member.value, out);
      return;
  }
}

bool read_value(std::string_view& from, document::Arena& arena, Value& out) { return read_nested(from, arena, out, 0); }

std::string write_tries(const Tries& tries) {
  std::string out(1, static_cast<char>(tries.as));
  put(static_cast<std::uint64_t>(tries.tries), out);
  put(static_cast<std::uint64_t>(tries.first_ms), out);
  if (tries.as != Tries::As::failed) return out;
  put(static_cast<std::uint64_t>(tries.error.fault), out);
  put(static_cast<std::uint64_t>(tries.error.status), out);
  put(std::string_view(tries.error.sentence), out);
  put(std::string_view(tries.error.peer_words), out);
  return out;
}

bool read_tries(std::string_view from, Tries& out) {
  if (from.empty()) return false;
  out.as = static_cast<Tries::As>(from.front());
  if (out.as != Tries::As::tried && out.as != Tries::As::failed && out.as != Tries::As::repeat) return false;
  from.remove_prefix(1);
  std::uint64_t tries = 0, first = 0, fault = 0, status = 0;
  if (!take(from, tries) || !take(from, first)) return false;
  out.tries = static_cast<std::int64_t>(tries), out.first_ms = static_cast<std::int64_t>(first);
  if (out.as != Tries::As::failed) return from.empty();
  std::string_view sentence, words;
  if (!take(from, fault) || !take(from, status) || !take(from, sentence) || !take(from, words) || fault >= fault_count) return false;
  out.error = {static_cast<Fault>(fault), std::string(sentence), static_cast<int>(status), std::string(words)};
  return from.empty();
}

std::string write_answer(const Answer& answer) {
  std::string out = "A";
  put(static_cast<std::uint64_t>(answer.status), out);
  put(answer.fields.size(), out);
  for (const auto& [name, value] : answer.fields) put(std::string_view(name), out), put(std::string_view(value), out);
  put(std::string_view(answer.body), out);
  return out;
}

bool read_answer(std::string_view from, Answer& out) {
  if (!from.starts_with('A')) return false;
  from.remove_prefix(1);
  std::uint64_t status = 0, count = 0;
  if (!take(from, status) || !take(from, count) || count > from.size()) return false;
  out.status = static_cast<int>(status);
  std::string_view name, value;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!take(from, name) || !take(from, value)) return false;
    out.fields.emplace_back(name, value);
  }
  if (!take(from, value)) return false;
  out.body = value;
  return from.empty();
}

}  // namespace arint::delivery
