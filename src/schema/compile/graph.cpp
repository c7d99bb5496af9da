// SPDX-License-Identifier: GPL-3.0-or-later
// Looking at the finished graph: schemas that ask themselves about the same value for ever, and references that are only steps.
#include <unordered_map>
#include <vector>

#include "schema/compile/compiler.hpp"

namespace arint::schema {
namespace {

// The nodes that are asked about the same value as `node`. Dynamic references are left out: the depth limit guards them.
std::vector<const Node*> beside(const Node& node) {
  std::vector<const Node*> out;
  auto add = [&out](const Node* other) {
    if (other) out.push_back(other);
  };
  if (node.logic) {
    const LogicRules& logic = *node.logic;
    for (const Node* other : {logic.reference, logic.negated, logic.condition, logic.then, logic.otherwise}) add(other);
    for (const auto* list : {&logic.all_of, &logic.any_of, &logic.one_of}) out.insert(out.end(), list->begin(), list->end());
  }
  if (node.object)
    for (const Dependency& dependency : node.object->dependencies) add(dependency.node);
  return out;
}

// Where a chain of nodes that are nothing but a $ref ends. Loops are refused before.
const Node* end_of(const Node* node) {
  auto only_refers = [](const Node& n) {
    if (n.types != type_any || n.number || n.text || n.array || n.object || n.values || !n.logic || !n.logic->reference) return false;
    const LogicRules& logic = *n.logic;
    return !logic.dynamic && logic.all_of.empty() && logic.any_of.empty() && logic.one_of.empty() && !logic.negated && !logic.condition;
  };
  while (node && only_refers(*node)) node = node->logic->reference;
  return node;
}

}  // namespace

void Compiler::refuse_loops() {
  // Depth first without recursion; a node that is met again while it is open closes a loop.
  enum class Color { fresh, open, done };
  struct Step {
    const Node* node;
    std::vector<const Node*> next;
    std::size_t at;
  };
  std::unordered_map<const Node*, Color> colors;
  for (const Node& start : program_.nodes) {
    if (colors[&start] != Color::fresh) continue;
    std::vector<Step> path;
    path.push_back({&start, beside(start), 0});
    colors[&start] = Color::open;
    while (!path.empty()) {
      Step& step = path.back();
      if (step.at == step.next.size()) {
        colors[step.node] = Color::done;
        path.pop_back();
        continue;
      }
      const Node* next = step.next[step.at++];
      Color& color = colors[next];
      if (color == Color::open) {
        problems_.add(step.node->location, "refers back to " + next->location + " without going deeper into the document, which would never end");
        return;
      }
      if (color == Color::fresh) {
        color = Color::open;
        path.push_back({next, beside(*next), 0});
      }
    }
  }
}

void Compiler::shorten() {
  auto each = [](std::vector<const Node*>& list) {
    for (const Node*& node : list) node = end_of(node);
  };
  program_.root = end_of(program_.root);
  for (ArrayRules& array : program_.arrays) {
    each(array.first);
    for (const Node** node : {&array.rest, &array.contains, &array.unevaluated}) *node = end_of(*node);
  }
  for (ObjectRules& object : program_.objects) {
    for (std::size_t i = 0; i < object.properties.size(); ++i) {
      object.properties[i].name = object.names.names()[i];
      object.properties[i].node = end_of(object.properties[i].node);
    }
    for (PatternProperty& property : object.patterns) property.node = end_of(property.node);
    for (Dependency& dependency : object.dependencies) dependency.node = end_of(dependency.node);
    for (const Node** node : {&object.additional, &object.property_names, &object.unevaluated}) *node = end_of(*node);
  }
  // Read from the ends only, so the order does not matter: a chain that is half shortened leads to the same end.
  for (LogicRules& logic : program_.logic) {
    for (const Node** node : {&logic.reference, &logic.negated, &logic.condition, &logic.then, &logic.otherwise}) *node = end_of(*node);
    for (auto* list : {&logic.all_of, &logic.any_of, &logic.one_of}) each(*list);
  }
}

}  // namespace arint::schema
