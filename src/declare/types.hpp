// SPDX-License-Identifier: GPL-3.0-or-later
// The member types a setting can have beyond text, numbers, flags, Secret, Millis and Size.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <typeindex>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/units.hpp"
#include "declare/yaml/node.hpp"

namespace arint::declare {

// JSONata text, compiled by its owner. `${...}` is not replaced in it.
struct Expression {
  std::string source{};
  Position at{};  // of its first character in the file, behind an opening quote
  Written written{};
};
// Where in the file the expression's byte `offset` stands; what a compiler's error needs.
Position position_in(const Expression& expression, std::size_t offset);
// An expression made of a scalar of free YAML.
Expression expression_of(const Node& scalar);

// The name of a part, checked against the parts of its kind by check_references() (Describe::refers).
struct Name {
  std::string text{};
  Position at{};
};

// A file inside the project folder: relative, no way out of the folder, there when the project was read.
struct File {
  std::string path{};  // relative to the project folder, as Project::read_file takes it
  Position at{};
};

// A part whose one key names its kind: `http: { url: ... }`. Its options are read already.
struct Choice {
  std::string kind{};  // empty when the setting is optional and was left out
  Position at{};       // of the key that names the kind
  std::size_t index = 0;  // of a step: which one of its list
  Node node{};         // what stands under it
  std::type_index type = typeid(void);
  std::shared_ptr<const void> options{};
  Node compensate{};      // of a step: the steps that undo it; null: none

  // The options, as the struct of the kind's Settings; only after a reading without faults are they complete.
  template <class T>
  const T& as() const {
    invariant(options && type == std::type_index(typeid(T)), "a choice is read as the struct its kind declares");
    return *static_cast<const T*>(options.get());
  }
};

// A list of steps, each a map whose key is a verb. Kept as YAML: read_steps() reads it against the verbs.
struct Steps {
  Node node{};
  Position at{};
};

// What may stand beside the verb of every step.
inline constexpr const char* compensate_name = "compensate";

// A string is an expression; any other YAML is a literal (`set`).
struct Value {
  Node node{};
  bool is_expression = false;
  Expression expression{};
};

// A map whose order matters; otherwise std::map<std::string, T> does.
template <class T>
using Fields = std::vector<std::pair<std::string, T>>;

// The words of an enum. An enum E that is a member type has a function `const Words<E>& words_of(E)` in E's namespace.
template <class E>
struct Word {
  std::string text;
  E value;
};
template <class E>
using Words = std::vector<Word<E>>;

}  // namespace arint::declare
