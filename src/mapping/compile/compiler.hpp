// SPDX-License-Identifier: GPL-3.0-or-later
// Compiler: from the shaped syntax to nodes. Private to compile/.
#pragma once
#include <deque>
#include <set>
#include <unordered_map>
#include <vector>

#include "mapping/compile/program.hpp"
#include "mapping/compile/scopes.hpp"
#include "mapping/functions/table.hpp"
#include "mapping/parse/syntax.hpp"

namespace arint::mapping {

// plural.cpp
void note_value_paths(const Syntax* root, std::vector<ValuePath>& out);

class Compiler {
 public:
  Compiler(Program& program, Arena& arena) : program_(program), arena_(arena) {}

  void compile(Syntax* root, std::span<const std::string_view> given);

 private:
  // compiler.cpp: values and operators
  const Node* node(Syntax* syntax);        // with its filters and grouping
  const Node* bare(Syntax* syntax);        // without
  const Node* unsighted(Syntax* syntax);   // as node(), where the context is no longer the input
  const Node* number(const Syntax* syntax);
  const Node* literal(const Syntax* syntax, Value value);
  const Node* binary(Syntax* syntax);
  const Node* concatenation(Syntax* syntax);
  const Node* array(Syntax* syntax);
  const Node* object(Syntax* syntax);
  const Node* regex(const Syntax* syntax);
  const Node* condition(Syntax* syntax);
  const Node* transform(Syntax* syntax);
  const Node* refined(Syntax* syntax, const Node* inner);
  const GroupNode* group(std::span<Syntax* const> pairs, std::size_t offset);
  std::span<const StageNode> stages(const Syntax* syntax, const TupleLayout* layout);

  // names.cpp: variables, functions and their scopes
  const Node* variable(const Syntax* syntax);
  const Node* parent(const Syntax* syntax);
  const Node* block(Syntax* syntax);
  const Node* bind(Syntax* syntax);
  const Node* lambda(Syntax* syntax);
  const Node* call(Syntax* syntax, Syntax* first_argument);
  const Node* partial(Syntax* syntax);
  const Node* apply(Syntax* syntax);
  std::span<const Slot> places_of(std::string_view name, bool& always_bound) const;
  std::span<const VisibleName> visible_names() const;
  int external(std::string_view name);
  void name_function(CallNode& call, const Syntax* function);
  void saw_context();

  // paths.cpp
  const Node* path(Syntax* syntax);
  const Node* plain_fields(const Syntax* syntax);
  StepNode step(Syntax* syntax, const TupleLayout* layout);
  const SortNode* sort(Syntax* syntax);
  void note_field(const Syntax* path);
  void lay_out(const Syntax* path, TupleLayout& layout);
  void lay_out_inner(const Syntax* step, TupleLayout& layout);

  // fold.cpp: what can be known now is computed now
  const Node* folded(const Node* node);
  void prepare_pictures(const BuiltinCallNode& call);
  bool is_literal(const Node* node) const { return node->op == Op::literal; }

  template <class T>
  T* make(Op op, const Syntax* syntax) {
    T* node = arena_.make<T>();
    node->op = op;
    node->offset = syntax->offset;
    node->keep_array = syntax->keep_array;
    return node;
  }
  template <class T>
  std::span<const T> kept(const std::vector<T>& list) {
    T* copy = arena_.allocate_array<T>(list.size());
    std::uninitialized_copy(list.begin(), list.end(), copy);
    return {copy, list.size()};
  }

  Program& program_;
  Arena& arena_;
  Scope* scope_ = nullptr;
  bool sees_input_ = true;  // the context here is the input of the whole expression
  std::set<std::string> fields_{};
  std::deque<TupleLayout> layouts_{};
  std::unordered_map<const Syntax*, const TupleLayout*> carried_{};  // inner paths whose tuples go into an outer one's
};

}  // namespace arint::mapping
