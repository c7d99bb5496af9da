// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/parse/ancestry.hpp"

#include "mapping/parse/fault.hpp"

namespace arint::mapping {

ParentSlot* Ancestry::new_slot() {
  std::size_t index = pool_.slots.size();
  pool_.slots.push_back({.label = static_cast<int>(index), .level = 1, .index = index});
  return &pool_.slots.back();
}

void Ancestry::pass_on(Syntax* outer, Syntax* inner) {
  if (!inner->seeks() && inner->form != Form::parent) return;
  std::vector<ParentSlot*> slots;
  if (inner->seeks()) slots = inner->decoration->seeking;
  if (inner->form == Form::parent) slots.push_back(inner->slot);
  std::vector<ParentSlot*>& seeking = outer->decorated().seeking;
  seeking.insert(seeking.end(), slots.begin(), slots.end());
}

void Ancestry::pass_through_filter(Syntax* step, Syntax* predicate) {
  if (!predicate->seeks()) return;
  for (ParentSlot* slot : predicate->decoration->seeking) {
    if (slot->level == 1)
      seek(step, slot);
    else
      --slot->level;
  }
  pass_on(step, predicate);
}

void Ancestry::resolve(Syntax* path) {
  Syntax* last = path->parts.back();
  std::vector<ParentSlot*> slots;
  if (last->seeks()) slots = last->decoration->seeking;
  if (last->form == Form::parent) slots.push_back(last->slot);
  for (ParentSlot* slot : slots) {
    int index = static_cast<int>(path->parts.size()) - 2;
    while (slot->level > 0) {
      if (index < 0) {
        path->decorated().seeking.push_back(slot);
        break;
      }
      Syntax* step = path->parts[static_cast<std::size_t>(index--)];
      // Neighbours that only bind a focus all stand on the same ground: one of them counts.
      auto focused = [](const Syntax* s) { return s->decoration && !s->decoration->focus.empty(); };
      while (index >= 0 && focused(step) && focused(path->parts[static_cast<std::size_t>(index)]))
        step = path->parts[static_cast<std::size_t>(index--)];
      slot = seek(step, slot);
    }
  }
}

ParentSlot* Ancestry::seek(Syntax* node, ParentSlot* slot) {
  switch (node->form) {
    case Form::name:
    case Form::wildcard:
      if (--slot->level == 0) {
        Decoration& decoration = node->decorated();
        // Two % that mean the same step share one label.
        if (decoration.ancestor) pool_.slots[slot->index].label = decoration.ancestor->label;
        decoration.ancestor = slot;
        node->tuple = true;
      }
      return slot;
    case Form::parent: ++slot->level; return slot;
    case Form::block:
      if (node->parts.empty()) return slot;
      node->tuple = true;
      return seek(node->parts.back(), slot);
    case Form::path: {
      node->tuple = true;
      int index = static_cast<int>(node->parts.size()) - 1;
      slot = seek(node->parts[static_cast<std::size_t>(index--)], slot);
      while (slot->level > 0 && index >= 0) slot = seek(node->parts[static_cast<std::size_t>(index--)], slot);
      return slot;
    }
    default: refuse("S0217", node->offset, "there is no parent here that % could mean");
  }
}

}  // namespace arint::mapping
