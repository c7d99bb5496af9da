// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "base/text.hpp"
#include "mapping/compile/compiler.hpp"
#include "mapping/functions/pictures.hpp"

namespace arint::mapping {

// Every place a name may be bound at, innermost first.
std::span<const Slot> Compiler::places_of(std::string_view name, bool& always_bound) const {
  std::vector<Slot> places;
  std::uint16_t up = 0;
  always_bound = false;
  for (const Scope* scope = scope_; scope && !always_bound; scope = scope->outer) {
    if (const Scope::Name* found = scope->find(name)) {
      places.push_back({up, found->slot});
      always_bound = scope->always_bound;
    }
    if (scope->own_frame) ++up;
  }
  return const_cast<Compiler*>(this)->kept(places);
}

int Compiler::external(std::string_view name) {
  auto found = std::find(program_.externals.begin(), program_.externals.end(), name);
  if (found == program_.externals.end()) {
    program_.externals.push_back(name);
    return static_cast<int>(program_.externals.size()) - 1;
  }
  return static_cast<int>(found - program_.externals.begin());
}

const Node* Compiler::variable(const Syntax* syntax) {
  if (syntax->text.empty()) {
    saw_context();
    return make<Node>(Op::context, syntax);
  }
  if (syntax->text == "$") program_.uses_context = true;
  VariableNode* out = make<VariableNode>(Op::variable, syntax);
  bool always_bound = false;
  out->places = places_of(syntax->text, always_bound);
  if (always_bound) return out;
  out->builtin = find_builtin(syntax->text);
  if (out->builtin)
    program_.changing |= out->builtin->changing;
  else if (syntax->text != "$")
    out->external = external(syntax->text);
  return out;
}

const Node* Compiler::parent(const Syntax* syntax) {
  // The innermost path that provides the parent this % was resolved to; none: nothing.
  VariableNode* out = make<VariableNode>(Op::variable, syntax);
  std::vector<Slot> places;
  std::uint16_t up = 0;
  for (const Scope* scope = scope_; scope; scope = scope->outer) {
    for (const Scope::Label& label : scope->labels)
      if (label.label == syntax->slot->label) places.push_back({up, label.slot});
    if (scope->own_frame) ++up;
  }
  out->places = kept(places);
  return out;
}

const Node* Compiler::block(Syntax* syntax) {
  BlockNode* out = make<BlockNode>(Op::block, syntax);
  bool binds = std::any_of(syntax->parts.begin(), syntax->parts.end(), [](const Syntax* part) { return part->opens_bind; });
  bool closes = std::any_of(syntax->parts.begin(), syntax->parts.end(), [](const Syntax* part) { return part->holds_closure; });
  FrameShape own;
  Scope inner;
  inner.outer = scope_;
  inner.own_frame = binds && closes;
  inner.frame = inner.own_frame ? &own : scope_->frame;
  std::size_t first = inner.frame->slots;
  for (const Syntax* part : syntax->parts) declare_bound(part, inner);
  std::size_t count = inner.frame->slots - first;
  if (binds) scope_ = &inner;
  std::vector<const Node*> parts;
  for (Syntax* part : syntax->parts) parts.push_back(node(part));
  scope_ = inner.outer;
  out->parts = kept(parts);
  out->own_frame = inner.own_frame;
  out->first_slot = static_cast<std::uint16_t>(first);
  // Blocks further in may have taken slots of an own frame.
  out->slot_count = static_cast<std::uint16_t>(inner.own_frame ? own.slots : count);
  return out;
}

const Node* Compiler::bind(Syntax* syntax) {
  BindNode* out = make<BindNode>(Op::bind, syntax);
  out->value = node(syntax->parts[0]);
  const Scope::Name* name = scope_->find(syntax->text);
  invariant(name != nullptr, "a scope declares every name bound in it");
  out->slot = name->slot;
  return out;
}

const Node* Compiler::lambda(Syntax* syntax) {
  LambdaNode* out = make<LambdaNode>(Op::lambda, syntax);
  FrameShape frame;
  Scope parameters;
  parameters.outer = scope_;
  parameters.frame = &frame;
  parameters.own_frame = true;
  parameters.always_bound = true;
  // One slot each, even when a name comes twice: the later one is found.
  for (std::size_t i = 1; i < syntax->parts.size(); ++i) parameters.names.push_back({syntax->parts[i]->text, frame.next()});
  // What the body binds outside of a block lies in the same frame, but need not be bound when it is read.
  Scope body;
  body.outer = &parameters;
  body.frame = &frame;
  declare_bound(syntax->parts[0], body);
  scope_ = &body;
  out->body = node(syntax->parts[0]);
  scope_ = parameters.outer;
  out->parameter_count = static_cast<std::uint16_t>(parameters.names.size());
  out->slot_count = static_cast<std::uint16_t>(frame.slots);
  out->closes = syntax->parts[0]->holds_closure;
  out->signature = syntax->signature;
  return out;
}

std::span<const VisibleName> Compiler::visible_names() const {
  std::vector<VisibleName> out;
  for (const Scope* scope = scope_; scope; scope = scope->outer)
    for (const Scope::Name& name : scope->names) {
      bool known = name.name == "$" || std::any_of(out.begin(), out.end(), [&](const VisibleName& v) { return v.name == name.name; });
      bool always_bound = false;
      if (!known) out.push_back({name.name, places_of(name.name, always_bound)});
    }
  return const_cast<Compiler*>(this)->kept(out);
}

// What sentences call the function, whether its name is one that only lacks the $, and whether there is none of that name.
void Compiler::name_function(CallNode& call, const Syntax* function) {
  if (function->form == Form::variable) call.name = function->text;
  if (function->form == Form::path) {
    bool always_bound = false;
    call.name = function->parts[0]->text;
    call.forgot_dollar = find_builtin(call.name) || !places_of(call.name, always_bound).empty();
  }
  if (call.function->op != Op::variable) return;
  const VariableNode& variable = static_cast<const VariableNode&>(*call.function);
  if (variable.external < 0 || !variable.places.empty()) return;
  std::vector<std::string> known;
  for (const Builtin& builtin : builtins()) known.emplace_back(builtin.name);
  program_.unknown_functions.push_back({std::string(call.name), call.function->offset, nearest(call.name, known)});
}

// A picture is the first argument of $now, the second of all others.
void Compiler::prepare_pictures(const BuiltinCallNode& call) {
  if (!Pictures::reads(call.builtin->name)) return;
  const std::size_t at = call.builtin->name == "now" ? 0 : 1;
  if (call.arguments.size() <= at || !is_literal(call.arguments[at])) return;
  const Value& picture = static_cast<const LiteralNode*>(call.arguments[at])->value;
  const bool options = call.arguments.size() > at + 1 && call.builtin->name == "formatNumber";
  if (!picture.is_text() || options) return;
  if (!program_.pictures) program_.pictures = std::make_shared<Pictures>();
  program_.pictures->prepare(call.builtin->name, picture.as_text());
}

const Node* Compiler::call(Syntax* syntax, Syntax* first_argument) {
  Syntax* function = syntax->parts[0];
  std::vector<const Node*> arguments;
  if (first_argument) arguments.push_back(node(first_argument));
  for (std::size_t i = 1; i < syntax->parts.size(); ++i) arguments.push_back(node(syntax->parts[i]));
  bool always_bound = false;
  bool plain = function->form == Form::variable && !function->has_stages() && !function->is_grouped();
  const Builtin* builtin = plain && places_of(function->text, always_bound).empty() ? find_builtin(function->text) : nullptr;
  if (builtin) {
    BuiltinCallNode* out = make<BuiltinCallNode>(Op::builtin_call, syntax);
    out->builtin = builtin;
    out->applied = first_argument != nullptr;
    out->arguments = kept(arguments);
    program_.changing |= builtin->changing;
    for (std::size_t i = arguments.size(); i < builtin->signature->parameters.size(); ++i)
      if (builtin->signature->parameters[i].context) saw_context();
    if (builtin->name == "eval") {
      saw_context();
      out->visible = visible_names();
    }
    const bool looks_up = (builtin->name == "table" || builtin->name == "tableRows") && !arguments.empty() && is_literal(arguments[0]);
    if (looks_up && static_cast<const LiteralNode*>(arguments[0])->value.is_text())
      program_.tables.push_back({std::string(static_cast<const LiteralNode*>(arguments[0])->value.as_text()), out->offset});
    prepare_pictures(*out);
    return folded(out);
  }
  CallNode* out = make<CallNode>(Op::call, syntax);
  out->applied = first_argument != nullptr;
  out->function = node(function);
  out->arguments = kept(arguments);
  name_function(*out, function);
  return out;
}

const Node* Compiler::partial(Syntax* syntax) {
  CallNode* out = make<CallNode>(Op::partial, syntax);
  Syntax* function = syntax->parts[0];
  out->function = node(function);
  std::vector<const Node*> arguments;
  for (std::size_t i = 1; i < syntax->parts.size(); ++i)
    arguments.push_back(syntax->parts[i]->form == Form::placeholder ? nullptr : node(syntax->parts[i]));
  out->arguments = kept(arguments);
  name_function(*out, function);
  return out;
}

const Node* Compiler::apply(Syntax* syntax) {
  Syntax* right = syntax->parts[1];
  // a ~> f(b) is f(a, b); filters behind the call are not looked at.
  if (right->form == Form::call) {
    bool keep = right->keep_array;
    right->keep_array = syntax->keep_array;
    const Node* out = call(right, syntax->parts[0]);
    right->keep_array = keep;
    return out;
  }
  ApplyNode* out = make<ApplyNode>(Op::apply, syntax);
  out->left = node(syntax->parts[0]);
  out->right = node(right);
  return out;
}

}  // namespace arint::mapping
