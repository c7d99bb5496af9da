// SPDX-License-Identifier: GPL-3.0-or-later
// Syntax: the tree a JSONata source parses to. The parser builds it as the operators nest; the shaper (shape.hpp) then turns it, in
// place, into paths of steps with their filters, groups, variables and parents. Both live only during a compilation.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

namespace arint::mapping {

struct Signature;  // functions/signature.hpp

enum class Form : std::uint8_t {
  end,          // nothing where something should be
  name,         // text
  text,         // text
  number,       // number
  literal,      // text: true, false, null
  regex,        // text: the pattern, extra: the flags
  variable,     // text, without $
  wildcard,     // *
  descendant,   // **
  parent,       // %; slot
  op,           // and, or, in standing where a value is wanted: a name after all
  placeholder,  // the ? of a partial application
  negate,       // parts: operand
  binary,       // text: the operator; parts: left, right
  array,        // parts: items
  object,       // parts: key, value, key, value ...
  block,        // parts: expressions
  call,         // parts: function, arguments ...
  partial,      // parts: function, arguments ...
  lambda,       // parts: body, parameters ...; signature
  condition,    // parts: condition, then, else (may be missing)
  fallback,     // ??  parts: left, right
  otherwise,    // ?:  parts: left, right
  bind,         // text: the variable; parts: value
  apply,        // ~>  parts: left, right
  transform,    // parts: pattern, update, delete (may be missing)
  // As parsed only; shaping makes steps, stages and decorations of them.
  filter,       // parts: left, predicate
  group,        // parts: left, key, value, key, value ...
  order,        // parts: left, terms ...; descending
  focus,        // @  parts: left, variable
  index,        // #  parts: left, variable
  dot,          // .  parts: left, right
  // As shaped only.
  path,         // parts: steps
  sort,         // parts: terms; descending
};

// A % looks for the step it came from: `level` steps up. Steps that provide it carry its label.
struct ParentSlot {
  int label = 0;
  int level = 1;
  std::size_t index = 0;  // among all slots of the compilation
};

struct Syntax;

struct Stage {
  Syntax* filter = nullptr;      // a predicate, or
  std::string_view index{};      // a position to number: the variable's name
  std::size_t offset = 0;
};

// What shaping adds to a node.
struct Decoration {
  std::vector<Stage> stages{};        // filters: of a step in a path after the step, of anything else after its value
  std::vector<Syntax*> pairs{};       // {key: value} grouping of this node's result
  bool grouped = false;
  std::size_t group_offset = 0;
  std::string_view focus{}, index{};  // @$focus #$index
  ParentSlot* ancestor = nullptr;     // this step provides a parent
  std::vector<ParentSlot*> seeking{};  // parents nobody inside has provided
};

struct Syntax {
  Form form = Form::end;
  bool keep_array = false;            // followed by []
  bool keep_singleton = false;        // a path one of whose steps is followed by []
  bool whole_array = false;           // an array constructor whose result is one item of the path, not many
  bool tuple = false;                 // a step (or a path for its surroundings) that carries variables along
  bool opens_bind = false;            // has a := that belongs to the scope around it
  bool holds_closure = false;         // makes a function that sees the variables around it
  std::uint32_t offset = 0;           // where its token stands
  std::uint32_t depth = 1;            // of the tree under it
  std::string_view text{}, extra{};
  double number = 0;
  bool negative = false;              // a number after an odd count of minus signs
  std::vector<Syntax*> parts{};
  std::vector<bool> descending{};     // of the terms of order and sort
  ParentSlot* slot = nullptr;
  const Signature* signature = nullptr;
  std::unique_ptr<Decoration> decoration{};

  Decoration& decorated() {
    if (!decoration) decoration = std::make_unique<Decoration>();
    return *decoration;
  }
  bool has_stages() const { return decoration && !decoration->stages.empty(); }
  bool is_grouped() const { return decoration && decoration->grouped; }
  bool seeks() const { return decoration && !decoration->seeking.empty(); }
};

// Owns the nodes of one compilation.
struct SyntaxPool {
  std::deque<Syntax> nodes{};
  std::deque<ParentSlot> slots{};
  Syntax* make(Form form, std::size_t offset) {
    Syntax& node = nodes.emplace_back();
    node.form = form;
    node.offset = static_cast<std::uint32_t>(offset);
    return &node;
  }
};

}  // namespace arint::mapping
