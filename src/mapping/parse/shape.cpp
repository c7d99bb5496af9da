// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/parse/shape.hpp"

#include <string>

#include "base/text.hpp"
#include "mapping/parse/ancestry.hpp"
#include "mapping/parse/fault.hpp"

namespace arint::mapping {
namespace {

class Shaper {
 public:
  explicit Shaper(SyntaxPool& pool) : pool_(pool), ancestry_(pool) {}

  Syntax* shape(Syntax* node) {
    Syntax* out = shaped(node);
    if (node->keep_array) out->keep_array = true;
    return out;
  }

 private:
  Syntax* shaped(Syntax* node) {
    switch (node->form) {
      case Form::end: refuse("S0207", node->offset, "the expression ends where a value is wanted");
      case Form::placeholder: return node;
      case Form::op: node->form = Form::name; [[fallthrough]];
      case Form::name: {
        Syntax* path = pool_.make(Form::path, node->offset);
        path->parts = {node};
        path->keep_singleton = node->keep_array;
        return path;
      }
      case Form::text:
      case Form::number:
      case Form::literal:
      case Form::regex:
      case Form::variable:
      case Form::wildcard:
      case Form::descendant: return node;
      case Form::parent: node->slot = ancestry_.new_slot(); return node;
      case Form::negate: return negate(node);
      case Form::array:
      case Form::object:
      case Form::condition:
      case Form::call:
      case Form::partial:
      case Form::transform:
      case Form::binary:
      case Form::bind:
      case Form::apply: return with_parts(node);
      case Form::fallback:
      case Form::otherwise: return with_parts(node);
      case Form::lambda: node->parts[0] = shape(node->parts[0]); return node;
      case Form::block: return block(node);
      case Form::filter: return filter(node);
      case Form::group: return group(node);
      case Form::order: return order(node);
      case Form::focus: return focus(node);
      case Form::index: return index(node);
      case Form::dot: return dot(node);
      case Form::path:
      case Form::sort: return node;
    }
    return node;
  }

  Syntax* with_parts(Syntax* node) {
    for (std::size_t i = 0; i < node->parts.size(); ++i) {
      node->parts[i] = shape(node->parts[i]);
      // What a lambda, a transform or a chain seeks is not sought by those around it.
      bool own = node->form == Form::transform || node->form == Form::apply ||
                 ((node->form == Form::call || node->form == Form::partial) && i == 0);
      if (!own) ancestry_.pass_on(node, node->parts[i]);
    }
    if (node->form == Form::apply) node->keep_array = node->keep_array || node->parts[0]->keep_array || node->parts[1]->keep_array;
    return node;
  }

  Syntax* negate(Syntax* node) {
    Syntax* operand = shape(node->parts[0]);
    if (operand->form == Form::number) {
      operand->number = -operand->number;
      operand->negative = !operand->negative;
      return operand;
    }
    node->parts[0] = operand;
    ancestry_.pass_on(node, operand);
    return node;
  }

  Syntax* block(Syntax* node) {
    for (Syntax*& part : node->parts) {
      part = shape(part);
      ancestry_.pass_on(node, part);
      if (part->whole_array || (part->form == Form::path && part->parts[0]->whole_array)) node->whole_array = true;
    }
    return node;
  }

  static Syntax* last_step(Syntax* node) { return node->form == Form::path ? node->parts.back() : node; }

  Syntax* as_path(Syntax* node) {
    if (node->form == Form::path) return node;
    Syntax* path = pool_.make(Form::path, node->offset);
    path->parts = {node};
    return path;
  }

  Syntax* dot(Syntax* node) {
    Syntax* left = shape(node->parts[0]);
    Syntax* path = as_path(left);
    if (left->form == Form::parent) path->decorated().seeking = {left->slot};
    Syntax* rest = shape(node->parts[1]);
    if (rest->form == Form::path)
      path->parts.insert(path->parts.end(), rest->parts.begin(), rest->parts.end());
    else
      path->parts.push_back(rest);
    for (Syntax* step : path->parts) {
      if (step->form == Form::number || step->form == Form::literal)
        refuse("S0213", step->offset, "the literal " + std::string(step->text) + " cannot be a step of a path");
      if (step->form == Form::text) step->form = Form::name;
      if (step->keep_array) path->keep_singleton = true;
    }
    if (path->parts.front()->form == Form::array) path->parts.front()->whole_array = true;
    if (path->parts.back()->form == Form::array) path->parts.back()->whole_array = true;
    ancestry_.resolve(path);
    return path;
  }

  Syntax* filter(Syntax* node) {
    Syntax* left = shape(node->parts[0]);
    Syntax* step = last_step(left);
    if (step->is_grouped()) refuse("S0209", node->offset, "a filter cannot follow a grouping");
    Syntax* predicate = shape(node->parts[1]);
    ancestry_.pass_through_filter(step, predicate);
    step->decorated().stages.push_back({.filter = predicate, .offset = node->offset});
    return left;
  }

  Syntax* group(Syntax* node) {
    Syntax* left = shape(node->parts[0]);
    if (left->is_grouped()) refuse("S0210", node->offset, "a step can be grouped once only");
    Decoration& decoration = left->decorated();
    decoration.grouped = true;
    decoration.group_offset = node->offset;
    for (std::size_t i = 1; i < node->parts.size(); ++i) decoration.pairs.push_back(shape(node->parts[i]));
    return left;
  }

  Syntax* order(Syntax* node) {
    Syntax* path = as_path(shape(node->parts[0]));
    Syntax* sort = pool_.make(Form::sort, node->offset);
    sort->descending = node->descending;
    for (std::size_t i = 1; i < node->parts.size(); ++i) {
      sort->parts.push_back(shape(node->parts[i]));
      ancestry_.pass_on(sort, sort->parts.back());
    }
    path->parts.push_back(sort);
    ancestry_.resolve(path);
    return path;
  }

  Syntax* focus(Syntax* node) {
    Syntax* left = shape(node->parts[0]);
    Syntax* step = last_step(left);
    if (step->has_stages()) refuse("S0215", node->offset, "@ must stand before the filters of a step");
    if (step->form == Form::sort) refuse("S0216", node->offset, "@ must stand before the order of a step");
    if (node->keep_array) step->keep_array = true;
    step->decorated().focus = node->parts[1]->text;
    step->tuple = true;
    return left;
  }

  Syntax* index(Syntax* node) {
    Syntax* left = shape(node->parts[0]);
    Syntax* path = as_path(left);
    Syntax* step = last_step(path);
    Decoration& decoration = step->decorated();
    if (decoration.stages.empty())
      decoration.index = node->parts[1]->text;
    else
      decoration.stages.push_back({.index = node->parts[1]->text, .offset = node->offset});
    step->tuple = true;
    return path;
  }

  SyntaxPool& pool_;
  Ancestry ancestry_;
};

}  // namespace

Syntax* shape(Syntax* root, SyntaxPool& pool) {
  Syntax* out = Shaper(pool).shape(root);
  if (out->form == Form::parent || out->seeks()) refuse("S0217", out->offset, "there is no parent here that % could mean");
  return out;
}

}  // namespace arint::mapping
