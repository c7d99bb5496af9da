// SPDX-License-Identifier: GPL-3.0-or-later
// Walk: asks the nodes of a program about a value. One walk for both answers, so that they can not differ: with the Quiet sink it
// returns at the first fault; with the Reporter it notes each and goes on. Internal to schema/.
#pragma once
#include <cstddef>
#include <cstdint>

#include "document/value.hpp"
#include "schema/program/node.hpp"
#include "schema/values/marks.hpp"
#include "schema/walk/sinks.hpp"

namespace arint::schema {

// The resources on the way to the node at hand, innermost first; only kept for programs with dynamic references.
struct Scope {
  std::uint32_t resource;
  const Scope* outer;
};

template <class Sink>
class Walk {
 public:
  Walk(const Program& program, Sink& sink, std::size_t depth = 0, const Scope* scope = nullptr)
      : program_(program), sink_(sink), depth_(depth), scope_(scope) {}

  // Is `value` valid under `node`? `marks`, when given, learns which members or items were looked at; after a fault it is meaningless.
  bool node(const Node& node, const document::Value& value, Marks* marks = nullptr);

  // Some value was nested deeper than the limit, so the answer may be wrong under a `not`: it counts as a fault.
  bool too_deep() const noexcept { return too_deep_; }

 private:
  // A fault: true when the walk must end. `sentence` is only asked for when somebody reads it.
  template <class Sentence>
  bool stop(const Node& node, std::string_view keyword, Sentence sentence) {
    if constexpr (Sink::reports) sink_.add(node, keyword, sentence());
    return sink_.full();
  }

  bool type(const Node& node, const document::Value& value);
  bool rules(const Node& node, const document::Value& value, Marks* marks);
  bool scoped_rules(const Node& node, const document::Value& value, Marks* marks);
  bool all_rules(const Node& node, const document::Value& value, Marks* marks);
  bool scalar_rules(const Node& node, const document::Value& value);
  bool unevaluated_rules(const Node& node, const document::Value& value, Marks* marks, std::size_t before);
  bool values(const Node& node, const document::Value& value);
  bool number(const Node& node, const document::Value& value);
  bool text(const Node& node, std::string_view text);
  bool array(const Node& node, const document::Value& value, Marks* marks);
  bool contained(const Node& node, const document::Value& value, Marks* marks);
  bool unevaluated_items(const Node& node, const document::Value& value, Marks& marks);
  bool object(const Node& node, const document::Value& value, Marks* marks);
  bool members(const Node& node, const document::Value& value, Marks* marks);
  bool missing(const Node& node, const document::Value& value, std::uint64_t seen);
  bool dependencies(const Node& node, const document::Value& value, Marks* marks);
  bool unevaluated_members(const Node& node, const document::Value& value, Marks& marks);
  bool logic(const Node& node, const document::Value& value, Marks* marks);
  bool any_of(const Node& node, const document::Value& value, Marks* marks);
  bool one_of(const Node& node, const document::Value& value, Marks* marks);
  bool condition(const Node& node, const document::Value& value, Marks* marks);
  const Node* dynamic_target(const DynamicReference& reference) const;

  // A child value, with the path moved to it when somebody reads the path.
  template <class Step>
  bool child(Step step, const Node& child_node, const document::Value& value);
  bool member_child(const Node& node, std::string_view keyword, const Node& child_node, const document::Member& member);

  // Whether an alternative fits, without telling why not. `marks` is only added to when it does.
  bool fits(const Node& node, const document::Value& value, Marks* marks);

  // The members of the last object that some rules were asked about, and which properties they are. The parser gives objects of one
  // kind the same bytes for their names, so that the next one needs no comparing of names.
  struct Shape {
    static constexpr std::size_t most = 16;
    static constexpr std::uint8_t unknown = 255;
    const ObjectRules* rules = nullptr;  // what follows is unset without
    const document::Member* members;
    std::size_t count;
    std::uint8_t numbers[most];
  };
  static constexpr std::size_t shape_count = 8;
  Shape& shape_of(const ObjectRules& rules) noexcept { return shapes_[reinterpret_cast<std::uintptr_t>(&rules) / 64 % shape_count]; }
  bool extras(const Node& node, const document::Member& member, bool& known);

  const Program& program_;
  Sink& sink_;
  std::size_t depth_;
  const Scope* scope_;
  bool too_deep_ = false;
  Shape shapes_[shape_count];
};

extern template class Walk<Quiet>;
extern template class Walk<Reporter>;

}  // namespace arint::schema
