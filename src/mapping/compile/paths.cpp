// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "mapping/compile/compiler.hpp"

namespace arint::mapping {

const Node* Compiler::plain_fields(const Syntax* syntax) {
  bool plain = !syntax->keep_singleton && !syntax->keep_array && !syntax->tuple && !syntax->is_grouped();
  for (const Syntax* step : syntax->parts)
    plain = plain && step->form == Form::name && !step->has_stages() && !step->keep_array && !step->tuple;
  if (!plain) return nullptr;
  saw_context();
  if (syntax->parts.size() == 1) {
    FieldNode* out = make<FieldNode>(Op::field, syntax->parts[0]);
    out->name = syntax->parts[0]->text;
    return out;
  }
  std::vector<std::string_view> names;
  for (const Syntax* step : syntax->parts) names.push_back(step->text);
  FieldsNode* out = make<FieldsNode>(Op::fields, syntax);
  out->names = kept(names);
  return out;
}

// Remembers `total` of total, $.total and $$.total.
void Compiler::note_field(const Syntax* path) {
  const Syntax* first = path->parts[0];
  const Syntax* second = path->parts.size() > 1 ? path->parts[1] : nullptr;
  if (first->form == Form::name && sees_input_) fields_.insert(std::string(first->text));
  bool input = first->form == Form::variable && ((first->text.empty() && sees_input_) || first->text == "$");
  if (input && second && second->form == Form::name) fields_.insert(std::string(second->text));
}

// The variables and parents that tuples of this path carry, those of paths inside that hand theirs over included.
void Compiler::lay_out(const Syntax* path, TupleLayout& layout) {
  auto add = [&](std::string_view name) {
    if (!name.empty() && layout.slot_of(name) < 0) layout.names.push_back({name, layout.width++});
  };
  for (const Syntax* step : path->parts) {
    if (step->decoration) {
      const Decoration& decoration = *step->decoration;
      add(decoration.focus);
      add(decoration.index);
      for (const Stage& stage : decoration.stages) add(stage.index);
      if (decoration.ancestor && layout.slot_of_label(decoration.ancestor->label) < 0)
        layout.labels.push_back({decoration.ancestor->label, layout.width++});
    }
    if (step->tuple) lay_out_inner(step, layout);
  }
}

void Compiler::lay_out_inner(const Syntax* step, TupleLayout& layout) {
  if (step->form == Form::block && !step->parts.empty()) lay_out_inner(step->parts.back(), layout);
  if (step->form == Form::path && step->tuple) {
    carried_[step] = &layout;
    lay_out(step, layout);
  }
}

const SortNode* Compiler::sort(Syntax* syntax) {
  std::vector<SortNode::Term> terms;
  for (std::size_t i = 0; i < syntax->parts.size(); ++i) terms.push_back({unsighted(syntax->parts[i]), syntax->descending[i]});
  SortNode* out = arena_.make<SortNode>();
  out->terms = kept(terms);
  out->offset = syntax->offset;
  return out;
}

StepNode Compiler::step(Syntax* syntax, const TupleLayout* layout) {
  StepNode out;
  if (syntax->form != Form::sort) {
    // The step's filters and grouping are the path's business; what is evaluated is the bare value. A step that was grouped before
    // it became a step keeps its grouping.
    out.node = bare(syntax);
    if (syntax->is_grouped()) {
      RefineNode* grouped = make<RefineNode>(Op::refine, syntax);
      grouped->inner = out.node;
      grouped->group = group(syntax->decoration->pairs, syntax->decoration->group_offset);
      out.node = grouped;
    }
    if (syntax->form == Form::name) {
      out.is_field = true;
      out.name = syntax->text;
    }
  }
  out.tuple = syntax->tuple;
  if (layout && syntax->decoration) {
    if (!syntax->decoration->focus.empty()) out.focus_slot = layout->slot_of(syntax->decoration->focus);
    if (!syntax->decoration->index.empty()) out.index_slot = layout->slot_of(syntax->decoration->index);
    if (syntax->decoration->ancestor) out.ancestor_slot = layout->slot_of_label(syntax->decoration->ancestor->label);
  }
  return out;
}

const Node* Compiler::path(Syntax* syntax) {
  note_field(syntax);
  if (const Node* fused = plain_fields(syntax)) return fused;
  PathNode* out = make<PathNode>(Op::path, syntax);
  std::vector<Syntax*>& parts = syntax->parts;
  // An array constructor at the start is evaluated once and carries nothing.
  if (parts[0]->whole_array) parts[0]->tuple = false;
  std::size_t first_tuple = static_cast<std::size_t>(
      std::find_if(parts.begin(), parts.end(), [](const Syntax* step) { return step->tuple; }) - parts.begin());
  bool joins = first_tuple < parts.size();
  const TupleLayout* layout = nullptr;
  FrameShape frame;
  Scope tuple;
  tuple.outer = scope_;
  tuple.frame = &frame;
  tuple.own_frame = true;
  if (joins) {
    auto carried = carried_.find(syntax);
    out->carries = carried != carried_.end();
    if (out->carries) {
      layout = carried->second;
    } else {
      layouts_.emplace_back();
      lay_out(syntax, layouts_.back());
      layout = &layouts_.back();
    }
    tuple.names = layout->names;
    tuple.labels = layout->labels;
    frame.slots = layout->width;
    for (std::size_t i = first_tuple; i < parts.size(); ++i) declare_bound(parts[i], tuple);
    if (syntax->is_grouped())
      for (const Syntax* pair : syntax->decoration->pairs) declare_bound(pair, tuple);
  }
  Scope* outside = scope_;
  bool saw = sees_input_;
  std::vector<StepNode> steps;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    // The terms of a sort that starts the tuples do not see them yet; its filters do.
    const SortNode* early = joins && i == first_tuple && parts[i]->form == Form::sort ? sort(parts[i]) : nullptr;
    if (joins && i >= first_tuple) scope_ = &tuple;
    steps.push_back(step(parts[i], layout));
    steps.back().sort = early ? early : parts[i]->form == Form::sort ? sort(parts[i]) : nullptr;
    steps.back().stages = stages(parts[i], layout);
    sees_input_ = false;
  }
  if (syntax->is_grouped()) out->group = group(syntax->decoration->pairs, syntax->decoration->group_offset);
  sees_input_ = saw;
  scope_ = outside;
  out->steps = kept(steps);
  out->keep_singleton = syntax->keep_singleton;
  out->absolute = parts[0]->form == Form::variable;
  out->whole_first = parts[0]->whole_array;
  auto plain = [](const StepNode& step) { return step.is_field && step.stages.empty(); };
  out->follows_fields = out->absolute && !joins && !out->group && !out->keep_singleton && !out->keep_array && steps[0].stages.empty() &&
                        steps[0].node->op == Op::variable && std::all_of(steps.begin() + 1, steps.end(), plain);
  out->closes = syntax->holds_closure;
  out->first_tuple = static_cast<std::uint32_t>(first_tuple);
  out->tuple_width = layout ? layout->width : 0;
  out->frame_width = static_cast<std::uint16_t>(frame.slots);
  return out;
}

}  // namespace arint::mapping
