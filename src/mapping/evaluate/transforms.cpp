// SPDX-License-Identifier: GPL-3.0-or-later
// |pattern|update, delete|: a copy of the input in which every object the pattern finds is changed. The copy is private until it is
// returned, so that its objects can be changed in place; a table tells where the value of each lies.
#include <algorithm>
#include <cstdint>

#include "mapping/evaluate/evaluator.hpp"

namespace arint::mapping {
namespace {

// From the members of an object in the copy to the value that holds them. Open addressing, in the arena.
class Places {
 public:
  explicit Places(Arena& arena) : arena_(arena) {}
  void set(const Member* object, Value* place) {
    if ((count_ + 1) * 2 > capacity_) grow();
    Entry& entry = slot(object);
    if (!entry.object) ++count_;
    entry = {object, place};
  }
  Value* find(const Member* object) { return capacity_ ? slot(object).place : nullptr; }

 private:
  struct Entry {
    const Member* object;
    Value* place;
  };
  Entry& slot(const Member* object) {
    std::size_t at = (reinterpret_cast<std::size_t>(object) >> 4) * 0x9E3779B97F4A7C15ull >> 20 & (capacity_ - 1);
    while (entries_[at].object && entries_[at].object != object) at = (at + 1) & (capacity_ - 1);
    return entries_[at];
  }
  void grow() {
    Entry* before = entries_;
    std::size_t had = capacity_;
    capacity_ = had ? had * 4 : 64;
    entries_ = arena_.allocate_array<Entry>(capacity_);
    std::memset(static_cast<void*>(entries_), 0, capacity_ * sizeof(Entry));
    for (std::size_t i = 0; i < had; ++i)
      if (before[i].object) slot(before[i].object) = before[i];
  }
  Arena& arena_;
  Entry* entries_ = nullptr;
  std::size_t count_ = 0, capacity_ = 0;
};

class Copy {
 public:
  Copy(Evaluator& run, std::uint32_t offset) : run_(run), arena_(run.arena()), offset_(offset), places_(run.arena()) {}

  // Copies the structure; texts and numbers are shared.
  void copy(const Value& from, Value* to) {
    run_.check_stack(offset_);
    run_.work(1);
    new (to) Value(from);
    to->marks = 0;
    if (from.is_array()) {
      Value* items = arena_.allocate_array<Value>(from.size());
      for (std::size_t i = 0; i < from.size(); ++i) copy(from.items()[i], items + i);
      *to = Value::array({items, from.size()});
    } else if (from.is_object()) {
      Member* members = arena_.allocate_array<Member>(from.size() + 1);  // never the same place as an empty one's neighbour
      for (std::size_t i = 0; i < from.size(); ++i) {
        new (members + i) Member{from.members()[i].name, {}};
        copy(from.members()[i].value, &members[i].value);
      }
      hold(Value::object({members, from.size()}), to);
    }
  }

  void alias(const Value& object, Value* place) { places_.set(object.members().data(), place); }
  Value* place_of(const Value& object) { return places_.find(object.members().data()); }

  // Gives an object new members. Whoever still knows the old ones finds the new value, too.
  void replace(Value* place, const Value& old, std::span<Member> members) {
    const Member* first = old.members().data();
    hold(Value::object(members), place);
    places_.set(first, place);
    // Objects that lay in the old members now lie in the new ones; items of arrays lie where they lay.
    for (Member& member : members) {
      const Value* lay = member.value.is_object() ? place_of(member.value) : nullptr;
      if (lay >= &first->value && lay < &first->value + 2 * old.size()) places_.set(member.value.members().data(), &member.value);
    }
  }

 private:
  void hold(Value object, Value* place) {
    *place = object;
    places_.set(object.members().data(), place);
  }
  Evaluator& run_;
  Arena& arena_;
  std::uint32_t offset_;
  Places places_;
};

}  // namespace

// The members of `object` with those of `update` set and those of `removed` gone.
std::span<Member> Evaluator::changed_members(const Value& object, const Value& update, const Value& removed) {
  std::size_t most = object.size() + (update.is_object() ? update.size() : 0);
  Member* members = arena_.allocate_array<Member>(most + 1);
  std::size_t count = 0;
  auto set = [&](const Member& member) {
    for (std::size_t i = 0; i < count; ++i)
      if (members[i].name == member.name) {
        members[i].value = member.value;
        return;
      }
    new (members + count++) Member(member);
  };
  for (const Member& member : object.members()) new (members + count++) Member(member);
  if (update.is_object())
    for (const Member& member : update.members()) set(member);
  std::span<const Value> names = removed.is_array() ? removed.items() : std::span<const Value>(&removed, removed.is_text() ? 1 : 0);
  for (const Value& name : names)
    count = static_cast<std::size_t>(std::remove_if(members, members + count, [&](const Member& m) { return m.name == name.as_text(); }) - members);
  return {members, count};
}

Value Evaluator::transform(const TransformFunction& function, const Value& input, std::uint32_t offset) {
  if (input.is_absent()) return {};
  const TransformNode& node = *function.node;
  Copy copy(*this, offset);
  Value* root = arena_.allocate_array<Value>(1);
  copy.copy(input, root);
  Value matches = evaluate(node.pattern, *root, function.frame);
  if (matches.is_absent()) return *root;
  std::span<const Value> list = matches.is_array() ? matches.items() : std::span<const Value>(&matches, 1);
  for (std::size_t i = 0; i < list.size(); ++i) {
    Value match = list[i];
    Value* place = match.is_object() ? copy.place_of(match) : nullptr;
    if (place) match = *place;
    Value update = evaluate(node.update, match, function.frame);
    if (!update.is_absent() && !update.is_object())
      fail("T2011", node.update->offset, "the update of a transform must be an object, found " + document::described(update), update);
    Value removed = node.remove ? evaluate(node.remove, match, function.frame) : Value();
    bool names = removed.is_absent() || removed.is_text() ||
                 (removed.is_array() && std::all_of(removed.items().begin(), removed.items().end(), [](const Value& v) { return v.is_text(); }));
    if (!names) fail("T2012", node.remove->offset, "what a transform deletes must be a text or an array of texts, found " + document::described(removed), removed);
    // What is not part of the copy, or no object, cannot be seen in the result.
    if (!place) continue;
    std::span<Member> members = changed_members(match, update, removed);
    copy.replace(place, match, members);
    copy.alias(list[i], place);
  }
  return *root;
}

}  // namespace arint::mapping
