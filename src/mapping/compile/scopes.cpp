// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/compile/scopes.hpp"

namespace arint::mapping {
namespace {

template <class Visit>
void each_child(const Syntax* node, Visit visit) {
  for (Syntax* part : node->parts) visit(part);
  if (!node->decoration) return;
  for (const Stage& stage : node->decoration->stages)
    if (stage.filter) visit(stage.filter);
  for (Syntax* pair : node->decoration->pairs) visit(pair);
}

}  // namespace

int TupleLayout::slot_of(std::string_view name) const {
  for (const Scope::Name& known : names)
    if (known.name == name) return known.slot;
  return -1;
}

int TupleLayout::slot_of_label(int label) const {
  for (const Scope::Label& known : labels)
    if (known.label == label) return known.slot;
  return -1;
}

void declare_bound(const Syntax* node, Scope& scope) {
  if (!node->opens_bind) return;
  if (node->form == Form::bind) scope.declare(node->text);
  // The filters behind a block lie outside of it; the block itself keeps its names.
  each_child(node, [&](const Syntax* child) {
    bool inside = (node->form == Form::block || node->form == Form::lambda) &&
                  (!node->parts.empty() && std::find(node->parts.begin(), node->parts.end(), child) != node->parts.end());
    if (!inside) declare_bound(child, scope);
  });
}

void annotate(Syntax* node) {
  for (Syntax* part : node->parts) {
    annotate(part);
    node->opens_bind |= part->opens_bind;
    node->holds_closure |= part->holds_closure;
  }
  if (node->form == Form::block || node->form == Form::lambda) node->opens_bind = false;
  if (node->form == Form::bind) node->opens_bind = true;
  if (node->form == Form::lambda || node->form == Form::transform) node->holds_closure = true;
  // $eval sees every variable around it, as a function's body does.
  if (node->form == Form::variable && node->text == "eval") node->holds_closure = true;
  if (!node->decoration) return;
  auto outside = [&](Syntax* child) {
    annotate(child);
    node->opens_bind |= child->opens_bind;
    node->holds_closure |= child->holds_closure;
  };
  for (Stage& stage : node->decoration->stages)
    if (stage.filter) outside(stage.filter);
  for (Syntax* pair : node->decoration->pairs) outside(pair);
}

}  // namespace arint::mapping
