// SPDX-License-Identifier: GPL-3.0-or-later
// Function: what a function value (Kind::opaque) points at. Functions live in the arena of their evaluation and never leave it.
#pragma once
#include <memory>
#include <span>
#include <string_view>

#include "document/value.hpp"
#include "mapping/compile/nodes.hpp"

namespace arint::mapping {

class Evaluator;

// The variables of one call, block or tuple. `parent` is the frame around it in the source.
struct Frame {
  Frame* parent = nullptr;
  Value* slots = nullptr;
};

struct Function {
  enum class Kind : std::uint8_t { builtin, lambda, partial, regex, next_match, chain, transform };
  Kind kind;
};

// What a built-in function is called with. Arguments are fitted to its signature.
struct Call {
  Evaluator& run;
  std::span<const Value> arguments;
  const Value& context;
  std::uint32_t offset;
  Frame* frame = nullptr;                     // for $eval
  std::span<const VisibleName> visible{};     // for $eval
  Value argument(std::size_t i) const noexcept { return i < arguments.size() ? arguments[i] : Value(); }
};

// What a function makes of the numbers of its one argument, for those that need no array of them.
enum class FoldKind : std::uint8_t { none, sum, count, average, largest, smallest };

// Declared once, in a table of functions/; the reference pages are generated from it.
struct Builtin : Function {
  std::string_view name;
  std::string_view signature_text;
  int arity;                     // how many arguments a higher-order function hands it
  Value (*run)(Call&);
  std::string_view help;         // one line
  std::string_view example;      // an expression
  std::string_view result;       // of the example, as JSON; empty: it varies
  bool changing = false;         // its result depends on more than its arguments: clock, random, the variables around it
  const Signature* signature = nullptr;
  std::string_view subject{};    // of the table it stands in
  bool own = false;              // ARINT's, not JSONata's
  FoldKind fold = FoldKind::none;
};

struct Lambda : Function {
  const LambdaNode* node;
  Frame* frame;
  Value context;                 // where it was made
};

// A function some of whose arguments are given; absent with mark::unset is one that is not.
struct Partial : Function {
  const Function* target;
  std::span<const Value> arguments;
};

struct RegexFunction : Function {
  const regex::Regex* regex;
};

// The `next` of a match.
struct NextMatch : Function {
  const regex::Regex* regex;
  std::string_view subject;
  std::size_t from;
};

// f ~> g
struct Chain : Function {
  const Function* first;
  const Function* second;
};

struct TransformFunction : Function {
  const TransformNode* node;
  Frame* frame;
};

inline const Function* function_of(const Value& value) noexcept { return static_cast<const Function*>(value.as_opaque()); }
inline Value value_of(const Function* function) noexcept { return Value::opaque(function); }

// How many arguments a higher-order function hands to it at most.
int arity(const Function& function) noexcept;

}  // namespace arint::mapping
