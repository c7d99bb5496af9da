// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/xml/builder.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace arint::format::xml {

using document::Member;
using document::Value;

namespace {

bool blank(std::string_view text) noexcept { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

void Builder::start(std::string_view name, std::span<const Attribute> attributes, bool preserve_blanks) {
  if (!open_.empty()) {
    flush_text();
    open_.back().elements = true;
  }
  Open open{name, children_.size()};
  open.preserve = preserve_blanks;
  bool nil = false, others = false;
  for (const Attribute& attribute : attributes) {
    nil |= attribute.nil;
    others |= !attribute.nil && !attribute.declares_nil;
  }
  // With attributes of its own the element stays an object, or they would be lost.
  open.nil = nil && !others;
  if (!open.nil)
    for (const Attribute& attribute : attributes)
      children_.push_back({attribute.name, document::text_of(*arena_, attribute.value), Role::attribute});
  open_.push_back(open);
  count();
}

void Builder::text(std::string_view text) {
  text_ += text;
  count();
}

void Builder::count() {
  // A child needs its group's number beside it when its element closes.
  beside_->is(text_.capacity() + children_.capacity() * (sizeof(Child) + sizeof(std::size_t)));
}

void Builder::flush_text() {
  if (text_.empty()) return;
  open_.back().written_text |= !blank(text_);
  children_.push_back({text_name_, document::text_of(*arena_, text_), Role::text});
  text_.clear();
}

std::string Builder::end() {
  flush_text();
  Open open = open_.back();
  open_.pop_back();
  std::string problem;
  Value value = close(open, problem);
  if (!problem.empty()) return problem;
  children_.resize(open.first);
  if (open_.empty()) {
    name_ = open.name;
    value_ = value;
    beside_->is(0);
  } else {
    children_.push_back({open.name, value, Role::element});
    count();
  }
  return "";
}

Value Builder::close(const Open& open, std::string& problem) {
  // Blanks between elements are indentation, unless there is other text or xml:space says otherwise.
  if (open.elements && !open.written_text && !open.preserve)
    children_.erase(std::remove_if(children_.begin() + static_cast<std::ptrdiff_t>(open.first), children_.end(),
                                   [](const Child& child) { return child.role == Role::text; }),
                    children_.end());
  std::span<const Child> children = std::span<const Child>(children_).subspan(open.first);
  if (open.nil && children.empty()) return Value::null();
  if (children.empty()) return Value::text("");
  if (children.size() == 1 && children[0].role == Role::text) return children[0].value;
  return grouped(children, problem);
}

// Names that repeat become one member that holds an array. Where that loses the order, one more member keeps it.
Value Builder::grouped(std::span<const Child> children, std::string& problem) {
  groups_.clear();
  if (!index_.empty()) index_.clear();  // clearing costs its size even when it is empty
  group_of_child_.clear();
  bool interleaved = false;
  std::size_t ordered = 0;  // children that are no attributes
  for (const Child& child : children) {
    std::size_t known = groups_.size();
    std::size_t group = group_of(child, problem);
    if (!problem.empty()) return Value();
    interleaved |= group < known && group + 1 != known;
    ++groups_[group].count;
    group_of_child_.push_back(group);
    ordered += child.role != Role::attribute;
  }
  Member* members = arena_->allocate_array<Member>(groups_.size() + 1);
  for (Group& group : groups_)
    if (group.count > 1) group.values = arena_->allocate_array<Value>(group.count);
  for (std::size_t i = 0; i < children.size(); ++i) {
    Group& group = groups_[group_of_child_[i]];
    Member* member = members + group_of_child_[i];
    if (group.values)
      new (group.values + group.filled++) Value(children[i].value);
    else
      new (member) Member{group.name, children[i].value};
  }
  for (std::size_t i = 0; i < groups_.size(); ++i)
    if (groups_[i].values) new (members + i) Member{groups_[i].name, Value::array({groups_[i].values, groups_[i].count})};
  std::size_t size = groups_.size();
  if (interleaved) {
    Value* names = arena_->allocate_array<Value>(ordered);
    std::size_t at = 0;
    for (const Child& child : children)
      if (child.role != Role::attribute) new (names + at++) Value(Value::text(child.name));
    new (members + size++) Member{order_name_, Value::array({names, ordered})};
  }
  return Value::object({members, size});
}

std::size_t Builder::group_of(const Child& child, std::string& problem) {
  constexpr std::size_t few = 16;
  std::size_t at = groups_.size();
  if (groups_.size() <= few) {
    // Most often it repeats the one before.
    for (std::size_t i = groups_.size(); i-- > 0 && at == groups_.size();)
      if (groups_[i].name.data() == child.name.data()) at = i;
  } else {
    if (index_.empty())
      for (std::size_t i = 0; i < groups_.size(); ++i) index_.emplace(groups_[i].name.data(), i);
    at = index_.emplace(child.name.data(), groups_.size()).first->second;
  }
  if (at == groups_.size()) groups_.push_back({child.name, child.role});
  if (groups_[at].role != child.role) problem = "both an attribute, a child or the text of this element would be called " + quoted(child.name, 60);
  return at;
}

}  // namespace arint::format::xml
