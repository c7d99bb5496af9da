// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema/values/equality.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "schema/values/numbers.hpp"

namespace arint::schema {
namespace {

using document::Kind;
using document::Member;
using document::Value;

std::vector<const Member*> sorted(const Value& object) {
  std::vector<const Member*> out;
  out.reserve(object.size());
  for (const Member& member : object.members()) out.push_back(&member);
  std::stable_sort(out.begin(), out.end(), [](const Member* a, const Member* b) { return a->name < b->name; });
  return out;
}

bool same_members(const Value& a, const Value& b, int levels) {
  if (a.size() != b.size()) return false;
  std::span<const Member> left = a.members();
  std::span<const Member> right = b.members();
  // Most equal objects were written by the same hand, in the same order.
  std::size_t i = 0;
  for (; i < left.size() && left[i].name == right[i].name; ++i)
    if (!same(left[i].value, right[i].value, levels)) return false;
  if (i == left.size()) return true;
  std::vector<const Member*> x = sorted(a);
  std::vector<const Member*> y = sorted(b);
  return std::equal(x.begin(), x.end(), y.begin(), [levels](const Member* p, const Member* q) {
    return p->name == q->name && same(p->value, q->value, levels);
  });
}

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) noexcept {
  unsigned __int128 product = static_cast<unsigned __int128>(a ^ 0x9E3779B97F4A7C15ull) * (b ^ 0xD1B54A32D192ED03ull);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t hash_text(std::string_view text) noexcept {
  std::uint64_t out = text.size();
  while (text.size() >= 8) {
    std::uint64_t eight;
    std::memcpy(&eight, text.data(), 8);
    out = mixed(out, eight);
    text.remove_prefix(8);
  }
  std::uint64_t rest = 0;
  if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
  return mixed(out, rest);
}

std::pair<std::size_t, std::size_t> equal_of_many(std::span<const Value> items) {
  struct Slot {
    std::uint64_t hash;
    std::size_t index_plus_one;
  };
  std::size_t room = std::bit_ceil(items.size() * 2);
  std::vector<Slot> table(room, Slot{0, 0});
  for (std::size_t i = 0; i < items.size(); ++i) {
    std::uint64_t hash = hash_of(items[i]);
    std::size_t at = hash & (room - 1);
    for (; table[at].index_plus_one != 0; at = (at + 1) & (room - 1))
      if (table[at].hash == hash && same(items[table[at].index_plus_one - 1], items[i])) return {table[at].index_plus_one - 1, i};
    table[at] = {hash, i + 1};
  }
  return {0, 0};
}

}  // namespace

bool same(const Value& a, const Value& b, int levels) noexcept {
  if (a.kind() != b.kind() || levels == 0) return false;
  switch (a.kind()) {
    case Kind::absent:
    case Kind::null: return true;
    case Kind::boolean: return a.as_boolean() == b.as_boolean();
    case Kind::number: return compare(a, b) == 0;
    case Kind::text:
    case Kind::bytes: return a.as_text() == b.as_text();
    case Kind::array:
      return a.size() == b.size() && std::equal(a.items().begin(), a.items().end(), b.items().begin(),
                                                [levels](const Value& x, const Value& y) { return same(x, y, levels - 1); });
    case Kind::object: return same_members(a, b, levels - 1);
    case Kind::opaque: return a.as_opaque() == b.as_opaque();
  }
  return false;
}

std::uint64_t hash_of(const Value& value, int levels) noexcept {
  std::uint64_t kind = static_cast<std::uint64_t>(value.kind()) + 1;
  if (levels == 0) return kind;
  switch (value.kind()) {
    case Kind::boolean: return mixed(kind, value.as_boolean());
    case Kind::number: {
      // Numbers that are equal digit by digit are the same double.
      double worth = value.as_double();
      return mixed(kind, std::bit_cast<std::uint64_t>(worth == 0 ? 0.0 : worth));
    }
    case Kind::text:
    case Kind::bytes: return mixed(kind, hash_text(value.as_text()));
    case Kind::array: {
      std::uint64_t out = mixed(kind, value.size());
      for (const Value& item : value.items()) out = mixed(out, hash_of(item, levels - 1));
      return out;
    }
    case Kind::object: {
      std::uint64_t sum = 0;  // a sum does not care for the order of the members
      for (const Member& member : value.members()) sum += mixed(hash_text(member.name), hash_of(member.value, levels - 1));
      return mixed(kind + value.size(), sum);
    }
    default: return kind;
  }
}

std::pair<std::size_t, std::size_t> equal_items(std::span<const Value> items) {
  constexpr std::size_t few = 12;
  if (items.size() > few) return equal_of_many(items);
  for (std::size_t i = 1; i < items.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (same(items[j], items[i])) return {j, i};
  return {0, 0};
}

}  // namespace arint::schema
