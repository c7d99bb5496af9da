// SPDX-License-Identifier: GPL-3.0-or-later
// Objects: {key: value} by itself, and as the grouping of a sequence.
#include <string>

#include "mapping/evaluate/evaluator.hpp"
#include "mapping/evaluate/operators.hpp"

namespace arint::mapping {
namespace {

struct Link {
  std::uint32_t item;
  std::uint32_t next;  // of the same group; UINT32_MAX: none
};

struct Group {
  std::string_view key;
  std::uint32_t pair;
  std::uint32_t count;
  std::uint32_t first, last;  // links
};

// A list in the arena that grows by doubling.
template <class T>
class List {
 public:
  explicit List(Arena& arena) : arena_(arena) {}
  std::uint32_t add(const T& value) {
    if (size_ == capacity_) {
      std::size_t wanted = capacity_ ? capacity_ * 2 : 8;
      T* moved = arena_.allocate_array<T>(wanted);
      if (size_) std::memcpy(static_cast<void*>(moved), data_, size_ * sizeof(T));
      data_ = moved;
      capacity_ = wanted;
    }
    data_[size_] = value;
    return static_cast<std::uint32_t>(size_++);
  }
  T& operator[](std::size_t i) { return data_[i]; }
  std::size_t size() const { return size_; }

 private:
  Arena& arena_;
  T* data_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
};

// Finds groups by key. A handful is searched in line; more get a hash table.
class Groups {
 public:
  explicit Groups(Arena& arena) : arena_(arena), groups_(arena), links_(arena) {}

  std::size_t size() const { return groups_.size(); }
  Group& operator[](std::size_t i) { return groups_[i]; }
  Link& link(std::size_t i) { return links_[i]; }

  // False: the key belongs to another pair.
  bool add(std::string_view key, std::uint32_t pair, std::uint32_t item) {
    std::uint32_t link = links_.add({item, UINT32_MAX});
    if (Group* found = find(key)) {
      if (found->pair != pair) return false;
      links_[found->last].next = link;
      found->last = link;
      ++found->count;
      return true;
    }
    std::uint32_t index = groups_.add({key, pair, 1, link, link});
    if (groups_.size() > 8) enter(index);
    return true;
  }

 private:
  Group* find(std::string_view key) {
    if (groups_.size() <= 8) {
      for (std::size_t i = 0; i < groups_.size(); ++i)
        if (groups_[i].key == key) return &groups_[i];
      return nullptr;
    }
    for (std::size_t at = std::hash<std::string_view>()(key) & (capacity_ - 1); table_[at]; at = (at + 1) & (capacity_ - 1))
      if (groups_[table_[at] - 1].key == key) return &groups_[table_[at] - 1];
    return nullptr;
  }
  void enter(std::uint32_t index) {
    if (groups_.size() * 2 > capacity_) {
      capacity_ = capacity_ ? capacity_ * 4 : 64;
      table_ = arena_.allocate_array<std::uint32_t>(capacity_);
      std::memset(table_, 0, capacity_ * sizeof(std::uint32_t));
      for (std::uint32_t i = 0; i < groups_.size(); ++i) place(i);
    } else {
      place(index);
    }
  }
  void place(std::uint32_t index) {
    std::size_t at = std::hash<std::string_view>()(groups_[index].key) & (capacity_ - 1);
    while (table_[at]) at = (at + 1) & (capacity_ - 1);
    table_[at] = index + 1;
  }

  Arena& arena_;
  List<Group> groups_;
  List<Link> links_;
  std::uint32_t* table_ = nullptr;  // index + 1; 0: free
  std::size_t capacity_ = 0;
};

}  // namespace

Value Evaluator::object_value(const Node* node, const Value& context, Frame* frame) {
  Value value = evaluate(node, context, frame);
  if (value.is_number() && !value.holds_integer() && !value.holds_written()) require_finite(value, node->offset);
  return value;
}

Value Evaluator::object(const ObjectNode& node, const Value& input, Frame* frame) {
  const GroupNode& group = *node.group;
  const Value& context = (input.marks & mark::root) && input.size() == 1 ? input.items()[0] : input;
  bool several = input.is_array() && !(input.marks & mark::root);
  if (several || !group.literal_keys) return grouped(group, input, frame, nullptr);
  // One context and known keys: every pair is a member.
  Member* members = arena_.allocate_array<Member>(group.pairs.size());
  std::size_t count = 0;
  for (const GroupNode::Pair& pair : group.pairs) {
    Value value = object_value(pair.value, context, frame);
    if (value.is_absent()) continue;
    new (members + count++) Member{static_cast<const LiteralNode*>(pair.key)->value.as_text(), value};
  }
  return Value::object({members, count});
}

// The tuples of one group as one tuple: each variable has all their values.
Value Evaluator::reduced_tuple(const PathNode& path, std::span<const Value> tuples) {
  Value* slots = new_tuple(path);
  for (std::size_t slot = 0; slot < path.tuple_width; ++slot)
    for (const Value& tuple : tuples) {
      const Value& value = tuple.items()[slot];
      if (value.marks & mark::unset) continue;
      slots[slot] = (slots[slot].marks & mark::unset) ? value : concatenated(slots[slot], value);
    }
  return Value::array({slots, path.tuple_width});
}

Value Evaluator::grouped(const GroupNode& group, const Value& items, Frame* frame, const PathNode* tuples) {
  Value nothing;
  std::span<const Value> list = items.is_array() ? items.items() : std::span<const Value>(&items, 1);
  if (list.empty() && !tuples) list = {&nothing, 1};
  work(list.size() / 4);
  Groups groups(arena_);
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    Frame local;
    Frame* inner = frame;
    if (tuples) {
      local = tuple_frame(*tuples, list[i], frame);
      inner = tuples->closes ? arena_.make<Frame>(local) : &local;
    }
    Value context = tuples ? list[i].items()[0] : list[i];
    for (std::uint32_t p = 0; p < group.pairs.size(); ++p) {
      Value key = evaluate(group.pairs[p].key, context, inner);
      if (key.is_absent()) continue;
      if (!key.is_text()) fail("T1003", group.pairs[p].key->offset, "the key of a member must be a text, found " + document::described(key), key);
      if (!groups.add(key.as_text(), p, i))
        fail("D1009", group.pairs[p].key->offset, "two members of the object have the same key, " + document::described(key), key);
    }
  }
  Member* members = arena_.allocate_array<Member>(groups.size());
  std::size_t count = 0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    std::size_t base = stack_.size();
    bool alone = groups[g].count == 1;
    for (std::uint32_t at = groups[g].first; at != UINT32_MAX; at = groups.link(at).next) {
      const Value& item = list[groups.link(at).item];
      if (item.is_array() && !alone && !tuples)
        stack_.push_all(item.items());
      else
        stack_.push(item);
    }
    const Node* node = group.pairs[groups[g].pair].value;
    Value data = alone ? stack_[base] : document::array_of(arena_, stack_.from(base));
    stack_.cut(base);
    Value value;
    if (tuples) {
      Value tuple = alone ? data : reduced_tuple(*tuples, data.items());
      Frame local = tuple_frame(*tuples, tuple, frame);
      Frame* inner = tuples->closes ? arena_.make<Frame>(local) : &local;
      value = object_value(node, tuple.items()[0], inner);
    } else {
      value = object_value(node, data, frame);
    }
    if (!value.is_absent()) new (members + count++) Member{groups[g].key, value};
  }
  return Value::object({members, count});
}

}  // namespace arint::mapping
