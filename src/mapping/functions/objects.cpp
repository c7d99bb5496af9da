// SPDX-License-Identifier: GPL-3.0-or-later
// Functions on objects.
#include <algorithm>

#include "mapping/functions/support.hpp"

namespace arint::mapping {
namespace {

// A list of members in which each name stands once, at its first place. Many get a table.
class Members {
 public:
  Members(Evaluator& run, std::size_t most) : run_(run), members_(run.arena().allocate_array<Member>(most)) {
    if (most <= 16) return;
    while (capacity_ < most * 2) capacity_ = capacity_ ? capacity_ * 2 : 64;
    table_ = run.arena().allocate_array<std::uint32_t>(capacity_);
    std::fill(table_, table_ + capacity_, 0u);
  }
  void set(std::string_view name, const Value& value) {
    run_.work(1);
    if (Member* known = find(name))
      known->value = value;
    else
      new (members_ + count_++) Member{name, value};
  }
  Value object() const { return Value::object({members_, count_}); }
  std::span<const Member> list() const { return {members_, count_}; }

 private:
  Member* find(std::string_view name) {
    if (!table_) {
      Member* found = std::find_if(members_, members_ + count_, [&](const Member& m) { return m.name == name; });
      return found == members_ + count_ ? nullptr : found;
    }
    std::size_t at = std::hash<std::string_view>()(name) & (capacity_ - 1);
    for (; table_[at]; at = (at + 1) & (capacity_ - 1))
      if (members_[table_[at] - 1].name == name) return &members_[table_[at] - 1];
    table_[at] = static_cast<std::uint32_t>(count_ + 1);
    return nullptr;
  }
  Evaluator& run_;
  Member* members_;
  std::size_t count_ = 0;
  std::uint32_t* table_ = nullptr;
  std::size_t capacity_ = 0;
};

std::size_t member_count(Call& call, const Value& value) {
  call.run.check_stack(call.offset);
  if (value.is_object()) return value.size();
  std::size_t count = 0;
  for (const Value& item : items_of(value)) count += member_count(call, item);
  return count;
}

void collect_keys(const Value& value, Members& out) {
  if (value.is_object())
    for (const Member& member : value.members()) out.set(member.name, {});
  for (const Value& item : items_of(value)) collect_keys(item, out);
}

Value keys(Call& call) {
  Value value = call.argument(0);
  Members all(call.run, member_count(call, value));
  collect_keys(value, all);
  std::size_t base = call.run.stack().size();
  for (const Member& member : all.list()) call.run.stack().push(Value::text(member.name));
  return call.run.raw_sequence_from(base);
}

Value lookup(Call& call) {
  Value key = call.argument(1);
  return key.is_text() ? call.run.field(call.argument(0), key.as_text()) : Value();
}

Value spread(Call& call) {
  Value value = call.argument(0);
  if (!value.is_object() && !value.is_array()) return value;
  ValueStack& stack = call.run.stack();
  std::size_t base = stack.size();
  auto open = [&](auto& self, const Value& item) -> void {
    call.run.check_stack(call.offset);
    call.run.work(1);
    if (item.is_object())
      for (const Member& member : item.members()) stack.push(document::object_of(call.run.arena(), {&member, 1}));
    else if (item.is_array())
      for (const Value& inner : item.items()) self(self, inner);
    else
      stack.push(item);
  };
  open(open, value);
  Value out = call.run.raw_sequence_from(base);
  if (value.is_array() && out.size() > 0) out.marks = 0;
  return out;
}

Value merge(Call& call) {
  Value objects = call.argument(0);
  if (objects.is_absent()) return {};
  std::size_t most = 0;
  for (const Value& object : objects.items()) most += object.size();
  Members out(call.run, most);
  for (const Value& object : objects.items())
    for (const Member& member : object.members()) out.set(member.name, member.value);
  return out.object();
}

Value each(Call& call) {
  Value object = call.argument(0);
  std::size_t base = call.run.stack().size();
  if (object.is_object())
    for (const Member& member : object.members()) {
      Value value = call_with(call, *function_of(call.argument(1)), member.value, Value::text(member.name), object);
      if (!value.is_absent()) call.run.stack().push(value);
    }
  return call.run.raw_sequence_from(base);
}

Value sift(Call& call) {
  Value object = call.argument(0);
  if (!object.is_object()) return {};
  Member* members = call.run.arena().allocate_array<Member>(object.size());
  std::size_t count = 0;
  for (const Member& member : object.members())
    if (truth(call_with(call, *function_of(call.argument(1)), member.value, Value::text(member.name), object))) new (members + count++) Member(member);
  return count ? Value::object({members, count}) : Value();
}

const Builtin table[] = {
    builtin({"keys", "<x-:a<s>>", 1, keys, "The names of an object's members, or of all objects of an array.", "$keys({'a': 1, 'b': 2})", R"(["a","b"])"}),
    builtin({"lookup", "<x-s:x>", 2, lookup, "The member of that name, of an object or of all objects of an array.", "$lookup({'a': 1}, 'a')", "1"}),
    builtin({"spread", "<x-:a<o>>", 1, spread, "Each member as an object of its own.", "$spread({'a': 1, 'b': 2})", R"([{"a":1},{"b":2}])"}),
    builtin({"merge", "<a<o>:o>", 1, merge, "One object with the members of all; the last of a name counts.", "$merge([{'a': 1}, {'b': 2}])", R"({"a":1,"b":2})"}),
    builtin({"each", "<o-f:a>", 2, each, "What a function of (value, name) makes of each member.", "$each({'a': 1, 'b': 2}, function($v, $k) { $k & $v })", R"(["a1","b2"])"}),
    builtin({"sift", "<o-f?:o>", 2, sift, "The members for which a function of (value, name) is true.", "$sift({'a': 1, 'b': 2}, function($v) { $v > 1 })", R"({"b":2})"}),
};

}  // namespace

std::span<const Builtin> object_functions() { return table; }

}  // namespace arint::mapping
