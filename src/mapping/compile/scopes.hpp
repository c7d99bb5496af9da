// SPDX-License-Identifier: GPL-3.0-or-later
// Scopes: which names are visible where, and in which slot of which frame each lies.
//
// A block shares the frame around it, unless a function made inside may outlive it; a lambda and a joining path have frames of their
// own. A name that is bound in several scopes has several places: the innermost that is bound when it is read counts.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "mapping/compile/nodes.hpp"
#include "mapping/parse/fault.hpp"
#include "mapping/parse/syntax.hpp"

namespace arint::mapping {

struct FrameShape {
  std::size_t slots = 0;
  std::uint16_t next() {
    if (slots >= 60'000) refuse("U1002", 0, "the expression has more than 60000 variables in one scope");
    return static_cast<std::uint16_t>(slots++);
  }
};

struct Scope {
  struct Name {
    std::string_view name;
    std::uint16_t slot;
  };
  struct Label {
    int label;
    std::uint16_t slot;
  };
  Scope* outer = nullptr;
  FrameShape* frame = nullptr;
  bool own_frame = false;
  bool always_bound = false;        // parameters: nothing further out can be meant
  std::vector<Name> names{};
  std::vector<Label> labels{};      // parents provided by the steps of a path

  void declare(std::string_view name) {
    if (!find(name)) names.push_back({name, frame->next()});
  }
  const Name* find(std::string_view name) const {
    for (std::size_t i = names.size(); i-- > 0;)
      if (names[i].name == name) return &names[i];
    return nullptr;
  }
};

// The slots of a tuple: 0 is the context, then every variable and parent that the steps of a joining path name.
struct TupleLayout {
  std::vector<Scope::Name> names{};
  std::vector<Scope::Label> labels{};
  std::uint16_t width = 1;
  int slot_of(std::string_view name) const;   // -1: not in it
  int slot_of_label(int label) const;
};

// The names bound by := under `node` that belong to the scope around it.
void declare_bound(const Syntax* node, Scope& scope);

// Fills in opens_bind and holds_closure, bottom up.
void annotate(Syntax* node);

}  // namespace arint::mapping
