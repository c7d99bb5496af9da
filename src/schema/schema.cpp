// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema/schema.hpp"

#include <algorithm>
#include <set>

#include "schema/compile/compiler.hpp"
#include "schema/program/node.hpp"
#include "schema/walk/walk.hpp"

namespace arint::schema {
namespace {

// Nodes that speak about the same value as `node`, and the names they know.
void collect_names(const Node* node, std::set<const Node*>& seen, std::set<std::string>& names) {
  std::vector<const Node*> open{node};
  while (!open.empty()) {
    const Node* next = open.back();
    open.pop_back();
    if (!next || !seen.insert(next).second) continue;
    if (next->object) {
      names.insert(next->object->names.names().begin(), next->object->names.names().end());
      names.insert(next->object->required_more.begin(), next->object->required_more.end());
      for (const Dependency& dependency : next->object->dependencies) {
        names.insert(dependency.name);
        names.insert(dependency.required.begin(), dependency.required.end());
        open.push_back(dependency.node);
      }
    }
    if (!next->logic) continue;
    const LogicRules& logic = *next->logic;
    open.insert(open.end(), {logic.reference, logic.condition, logic.then, logic.otherwise});
    for (const auto* list : {&logic.all_of, &logic.any_of, &logic.one_of}) open.insert(open.end(), list->begin(), list->end());
    if (logic.dynamic) open.push_back(logic.dynamic->otherwise);
  }
}

using Nodes = std::set<const Node*>;

// The nodes that must all hold for a value where these do.
Nodes with_references(const Nodes& nodes) {
  Nodes out;
  std::vector<const Node*> open(nodes.begin(), nodes.end());
  while (!open.empty()) {
    const Node* next = open.back();
    open.pop_back();
    if (!next || !out.insert(next).second || !next->logic) continue;
    open.push_back(next->logic->reference);
    open.insert(open.end(), next->logic->all_of.begin(), next->logic->all_of.end());
  }
  return out;
}

// What a member of that name is, in these values or in the items of these lists.
Nodes below(const Nodes& nodes, const std::string& name) {
  Nodes items, out;
  for (const Node* node : nodes)
    if (node->array) items.insert(node->array->rest);
  for (const Nodes* all : {&nodes, static_cast<const Nodes*>(&items)})
    for (const Node* node : with_references(*all)) {
      if (!node->object) continue;
      const std::vector<std::string>& known = node->object->names.names();
      auto found = std::find(known.begin(), known.end(), name);
      if (found != known.end()) out.insert(node->object->properties[static_cast<std::size_t>(found - known.begin())].node);
    }
  return with_references(out);
}

}  // namespace

Schema::Schema(std::unique_ptr<const Program> program) : program_(std::move(program)) {}
Schema::~Schema() = default;

Result<std::shared_ptr<const Schema>> Schema::compile(const document::Value& root, const CompileOptions& options) {
  auto program = std::make_unique<Program>();
  Result<void> done = Compiler(*program, options).run(root);
  if (!done) return done.error();
  return std::shared_ptr<const Schema>(new Schema(std::move(program)));
}

bool Schema::valid(const document::Value& value) const noexcept {
  Quiet quiet;
  Walk<Quiet> walk(*program_, quiet);
  return walk.node(*program_->root, value) && !walk.too_deep();
}

std::vector<Violation> Schema::check(const document::Value& value, std::size_t most) const {
  if (most == 0 || valid(value)) return {};
  Reporter reporter(most, "");
  Walk<Reporter> walk(*program_, reporter);
  walk.node(*program_->root, value);
  std::vector<Violation> out = reporter.take();
  // A limit met inside of a `not` or an alternative leaves no violation of its own.
  if (out.empty() && walk.too_deep())
    out.push_back({"", program_->root->location, "nested deeper than " + std::to_string(program_->most_depth) + ", which is not checked"});
  return out;
}

std::vector<std::string> Schema::known_properties() const {
  std::set<const Node*> seen;
  std::set<std::string> names;
  collect_names(program_->root, seen, names);
  return {names.begin(), names.end()};
}

bool Schema::is_list(std::span<const std::string> names) const {
  Nodes at = with_references({program_->root});
  for (const std::string& name : names) at = below(at, name);
  return std::any_of(at.begin(), at.end(), [](const Node* node) { return node->types == type_array; });
}

const std::vector<std::string>& Schema::loaded() const noexcept { return program_->loaded; }

}  // namespace arint::schema
