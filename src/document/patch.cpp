// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/patch.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "base/text.hpp"
#include "document/pointer.hpp"

namespace arint::document {
namespace {

constexpr std::size_t deepest = 2'000;               // nesting of what comes out
constexpr std::size_t most_carried = 10'000'000;     // values that copies and moves of one patch may carry along

Error malformed(std::string sentence) { return Error{Fault::malformed, std::move(sentence)}; }
Error misfit(std::string sentence) { return Error{Fault::rejected, std::move(sentence)}; }

using Tokens = std::span<const std::string>;

// The containers on the way to the last token, outermost first.
Result<std::vector<const Value*>> way_to(const Value& root, Tokens tokens) {
  std::vector<const Value*> out{&root};
  for (const std::string& token : tokens.first(tokens.size() - 1)) {
    const Value* next = child(*out.back(), token);
    if (!next) return misfit("there is no " + quoted(token) + " in " + described(*out.back()) + " on the way");
    out.push_back(next);
  }
  if (out.back()->is_object() || out.back()->is_array()) return out;
  return misfit("it would be inside of " + described(*out.back()));
}

Value with_item(Arena& arena, const Value& array, std::size_t index, const Value& item) {
  std::vector<Value> items(array.items().begin(), array.items().end());
  items[index] = item;
  return array_of(arena, items);
}

// `changed` takes the place of the innermost container; the ones around it are made anew.
Value rebuilt(Arena& arena, const std::vector<const Value*>& way, Tokens tokens, Value changed) {
  for (std::size_t i = way.size() - 1; i-- > 0;) {
    const Value& outer = *way[i];
    std::size_t index = 0;
    if (outer.is_object())
      changed = with_member(arena, outer, arena.copy(tokens[i]), changed);
    else if (item_index(tokens[i], outer.size(), index))
      changed = with_item(arena, outer, index, changed);
  }
  return changed;
}

// RFC 6902, section 4.1.
Result<Value> add(Arena& arena, const Value& root, Tokens tokens, const Value& value) {
  if (tokens.empty()) return value;
  Result<std::vector<const Value*>> way = way_to(root, tokens);
  if (!way) return way.error();
  const Value& inner = *way->back();
  const std::string& last = tokens.back();
  if (inner.is_object()) return rebuilt(arena, *way, tokens, with_member(arena, inner, arena.copy(last), value));
  std::size_t index = inner.size();
  if (last != "-" && !item_index(last, inner.size() + 1, index))
    return misfit(quoted(last) + " is no place to insert at in " + described(inner) + "; - is its end");
  std::vector<Value> items(inner.items().begin(), inner.items().end());
  items.insert(items.begin() + static_cast<std::ptrdiff_t>(index), value);
  return rebuilt(arena, *way, tokens, array_of(arena, items));
}

// Section 4.2 and 4.3: without a value it is taken away.
Result<Value> replace(Arena& arena, const Value& root, Tokens tokens, const Value* value) {
  if (tokens.empty()) return value ? Result<Value>(*value) : misfit("the whole document cannot be taken away");
  Result<std::vector<const Value*>> way = way_to(root, tokens);
  if (!way) return way.error();
  const Value& inner = *way->back();
  const std::string& last = tokens.back();
  if (!child(inner, last)) return misfit("there is no " + quoted(last) + " in " + described(inner));
  if (inner.is_object()) return rebuilt(arena, *way, tokens, value ? with_member(arena, inner, arena.copy(last), *value) : without_member(arena, inner, last));
  std::size_t index = 0;
  item_index(last, inner.size(), index);
  if (value) return rebuilt(arena, *way, tokens, with_item(arena, inner, index, *value));
  std::vector<Value> items(inner.items().begin(), inner.items().end());
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(index));
  return rebuilt(arena, *way, tokens, array_of(arena, items));
}

// The pointer in a member of an operation.
Result<Pointer> pointer_in(const Value& operation, const char* name) {
  Value text = operation.get(name);
  if (!text.is_text()) return malformed(quoted(name) + " must be a text, found " + (text.is_absent() ? "nothing" : described(text)));
  return Pointer::parse(text.as_text());
}

// A few copies of copies are more values than memory holds, though they are shared; and a root put into itself nests without end.
// Whatever walks the result later must end, so both are counted here. False: too many, or too deep.
bool count(const Value& value, std::size_t levels, std::size_t& left) {
  if (levels == 0 || left == 0) return false;
  --left;
  if (value.is_array())
    return std::all_of(value.items().begin(), value.items().end(), [&](const Value& item) { return count(item, levels - 1, left); });
  if (!value.is_object()) return true;
  return std::all_of(value.members().begin(), value.members().end(), [&](const Member& member) { return count(member.value, levels - 1, left); });
}

Result<void> fits(const Value& value, const Pointer& to, std::size_t& left) {
  if (to.tokens().size() < deepest && count(value, deepest - to.tokens().size(), left)) return {};
  return misfit(left == 0 ? "the patch copies and moves more than " + std::to_string(most_carried) + " values"
                          : "the document would be nested deeper than " + std::to_string(deepest));
}

Result<Value> moved(Arena& arena, const Value& root, const Value& operation, const Pointer& to, bool take, std::size_t& left) {
  Result<Pointer> from = pointer_in(operation, "from");
  if (!from) return from.error();
  const Value* there = from->find(root);
  if (!there) return misfit("there is nothing at " + quoted(operation.get("from").as_text()) + " to " + (take ? "move" : "copy"));
  Result<void> small = fits(*there, to, left);
  if (!small) return small.error();
  const std::vector<std::string>&begin = from->tokens(), &end = to.tokens();
  if (!take) return add(arena, root, end, *there);
  if (begin == end) return root;
  if (begin.size() < end.size() && std::equal(begin.begin(), begin.end(), end.begin())) return misfit("a value cannot be moved into itself");
  Result<Value> without = replace(arena, root, begin, nullptr);
  return without ? add(arena, *without, end, *there) : without;
}

Result<Value> applied(Arena& arena, const Value& root, const Value& operation, std::size_t& left) {
  Result<Pointer> path = pointer_in(operation, "path");
  if (!path) return path.error();
  std::string_view verb = operation.get("op").as_text();
  if (verb == "move" || verb == "copy") return moved(arena, root, operation, *path, verb == "move", left);
  if (verb == "remove") return replace(arena, root, path->tokens(), nullptr);
  const Value* value = operation.find("value");
  if (!value) return malformed("\"value\" is missing");
  std::size_t given = most_carried;  // what the patch itself brings is as large as it was sent
  Result<void> small = fits(*value, *path, given);
  if (!small) return small.error();
  if (verb == "add") return add(arena, root, path->tokens(), *value);
  if (verb == "replace") return replace(arena, root, path->tokens(), value);
  const Value* there = path->find(root);
  if (!there) return misfit("there is nothing to test");
  if (!equal(*there, *value)) return misfit("found " + described(*there) + ", not " + described(*value));
  return root;
}

Error in_operation(const Error& error, std::size_t index, const Value& operation) {
  std::string where = "operation " + std::to_string(index + 1);
  if (operation.get("op").is_text()) where += ", " + std::string(operation.get("op").as_text().substr(0, 20));
  if (operation.get("path").is_text()) where += " at " + quoted(operation.get("path").as_text());
  return Error{error.fault, where + ": " + error.sentence};
}

// Where the members of an object are, by name: one after the other when they are few, so that large patches of large objects stay linear.
class Places {
 public:
  explicit Places(const std::vector<Member>& members, std::size_t questions) : members_(members), indexed_((members.size() + questions) * questions > 1'000) {
    if (indexed_)
      for (std::size_t i = 0; i < members.size(); ++i) by_name_[members_[i].name] = i;
  }
  void added() {
    if (indexed_) by_name_[members_.back().name] = members_.size() - 1;
  }
  std::size_t find(std::string_view name) const {
    if (indexed_) {
      auto found = by_name_.find(name);
      return found == by_name_.end() ? members_.size() : found->second;
    }
    std::size_t at = 0;
    while (at < members_.size() && members_[at].name != name) ++at;
    return at;
  }

 private:
  const std::vector<Member>& members_;
  const bool indexed_;
  std::unordered_map<std::string_view, std::size_t> by_name_{};
};

// RFC 7396, section 2.
Value merged_at(Arena& arena, const Value& target, const Value& patch) {
  if (!patch.is_object()) return patch;
  std::vector<Member> members;
  if (target.is_object()) members.assign(target.members().begin(), target.members().end());
  Places places(members, patch.size());
  for (const Member& change : patch.members()) {
    std::size_t at = places.find(change.name);
    if (at == members.size()) {
      if (change.value.is_null()) continue;
      members.push_back({change.name, Value()});
      places.added();
    }
    members[at].value = change.value.is_null() ? Value() : merged_at(arena, members[at].value, change.value);
  }
  std::erase_if(members, [](const Member& member) { return member.value.is_absent(); });
  return object_of(arena, members);
}

}  // namespace

Result<Value> patched(Arena& arena, const Value& target, const Value& operations) {
  if (!operations.is_array()) return malformed("a JSON Patch is an array of operations, found " + described(operations));
  Value root = target;
  std::size_t left = most_carried;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const Value& operation = operations.items()[i];
    constexpr std::string_view verbs[] = {"add", "copy", "move", "remove", "replace", "test"};
    Value verb = operation.get("op");
    if (!verb.is_text() || std::find(std::begin(verbs), std::end(verbs), verb.as_text()) == std::end(verbs))
      return in_operation(malformed("\"op\" must be add, copy, move, remove, replace or test, found " + (verb.is_absent() ? "nothing" : described(verb))), i, operation);
    Result<Value> next = applied(arena, root, operation, left);
    if (!next) return in_operation(next.error(), i, operation);
    root = *next;
  }
  return root;
}

Result<Value> merged(Arena& arena, const Value& target, const Value& patch) {
  if (depth(patch, deepest + 1) > deepest) return malformed("the merge patch is nested deeper than " + std::to_string(deepest));
  return merged_at(arena, target, patch);
}

}  // namespace arint::document
