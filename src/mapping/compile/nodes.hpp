// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes: the compiled form of an expression. A tree in one arena, with variables as slots of frames, literals as finished values and
// built-in functions as pointers. Nothing in it changes after compilation, so threads share it; nothing has a destructor.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "document/value.hpp"
#include "mapping/functions/signature.hpp"

namespace arint::regex {
class Regex;
}

namespace arint::mapping {

using document::Arena;
using document::Member;
using document::Value;

struct Builtin;  // functions/table.hpp

// The evaluator's marks on a Value (Value::marks).
namespace mark {
inline constexpr std::uint16_t sequence = 1;    // an array that stands for its items: one item alone is that item
inline constexpr std::uint16_t keep = 2;        // ... unless [] was written
inline constexpr std::uint16_t whole = 4;       // a constructed array that is one item of a path
inline constexpr std::uint16_t tuples = 8;      // a stream of tuples (joins, parents), never seen by users
inline constexpr std::uint16_t root = 16;       // the input document when it is an array: a sequence of that one array
inline constexpr std::uint16_t unset = 32;      // a slot nobody has bound yet
}  // namespace mark

enum class Op : std::uint8_t {
  literal, context, variable, field, fields, path, wildcard, descendant,
  add, subtract, multiply, divide, remainder, concatenate, equal, unequal, less, less_equal, greater, greater_equal,
  both, either, within, range, negate,
  array, object, condition, fallback, otherwise, block, bind, lambda, call, builtin_call, partial, apply, transform, regex, refine,
};

struct Node {
  Op op;
  bool keep_array = false;   // [] follows: a sequence of one stays an array
  std::uint32_t offset = 0;  // byte in the source
};
using Nodes = std::span<const Node* const>;

struct LiteralNode : Node {
  Value value{};
};

// Where a variable may lie: `up` frames outwards, then a slot.
struct Slot {
  std::uint16_t up = 0;
  std::uint16_t slot = 0;
};

// The innermost place that is bound counts; then what the caller gave; then a function of the language.
struct VariableNode : Node {
  std::span<const Slot> places{};
  int external = -1;
  const Builtin* builtin = nullptr;
};

struct FieldNode : Node {
  std::string_view name{};
};
// a.b.c, nothing but names.
struct FieldsNode : Node {
  std::span<const std::string_view> names{};
};

struct BinaryNode : Node {  // also fallback and otherwise
  const Node* left = nullptr;
  const Node* right = nullptr;
};
// a & b & c: one text, written once.
struct ConcatenateNode : Node {
  Nodes parts{};
};
struct UnaryNode : Node {  // negate
  const Node* operand = nullptr;
};

struct GroupNode {
  struct Pair {
    const Node* key;
    const Node* value;
  };
  std::span<const Pair> pairs{};
  std::uint32_t offset = 0;
  bool literal_keys = false;  // every key is a text, no two the same
};

struct StageNode {
  const Node* filter = nullptr;   // a predicate, or
  int index_slot = -1;            // the tuple slot that receives the position
  bool fixed = false;             // the predicate is this number
  std::int64_t position = 0;
  std::uint32_t offset = 0;
};

struct SortNode {
  struct Term {
    const Node* key;
    bool descending;
  };
  std::span<const Term> terms{};
  std::uint32_t offset = 0;
};

struct StepNode {
  const Node* node = nullptr;        // what is evaluated for each item; null: a sort
  const SortNode* sort = nullptr;
  std::string_view name{};           // set when the node is a plain field
  bool is_field = false;
  bool tuple = false;
  std::span<const StageNode> stages{};
  int focus_slot = -1, index_slot = -1, ancestor_slot = -1;
};

struct PathNode : Node {
  std::span<const StepNode> steps{};
  const GroupNode* group = nullptr;
  bool keep_singleton = false;
  bool absolute = false;             // begins with a variable: the context is not iterated
  bool whole_first = false;          // begins with an array constructor: evaluated once
  bool carries = false;              // hands its tuples to the path around it
  bool closes = false;               // functions made inside see the tuple's variables
  bool follows_fields = false;       // $variable.name.name, nothing else
  std::uint32_t first_tuple = 0;     // the step from which tuples are carried; steps.size() when none is
  std::uint16_t tuple_width = 0;     // slots of a tuple; slot 0 is the context
  std::uint16_t frame_width = 0;     // slots of its frame: the tuple's, then those of blocks inside
};

struct ArrayNode : Node {
  struct Item {
    const Node* node;
    bool nested;  // an array constructor: its array is one item
  };
  std::span<const Item> items{};
  bool whole = false;
};

struct ObjectNode : Node {
  const GroupNode* group = nullptr;
};

struct ConditionNode : Node {
  const Node* condition = nullptr;
  const Node* then = nullptr;
  const Node* otherwise = nullptr;  // may be null
};

struct BlockNode : Node {
  Nodes parts{};
  bool own_frame = false;            // functions made inside outlive it
  std::uint16_t first_slot = 0, slot_count = 0;
};

struct BindNode : Node {
  const Node* value = nullptr;
  std::uint16_t slot = 0;
};

struct LambdaNode : Node {
  const Node* body = nullptr;
  const Signature* signature = nullptr;
  std::uint16_t parameter_count = 0;
  std::uint16_t slot_count = 0;
  bool closes = false;               // its frame may be seen after it has returned
};

// The names that $eval sees.
struct VisibleName {
  std::string_view name;
  std::span<const Slot> places;
};

struct CallNode : Node {
  const Node* function = nullptr;
  std::string_view name{};           // as written, for error sentences
  bool forgot_dollar = false;        // f(x) where $f is known
  bool applied = false;              // x ~> f(): no tail call
  Nodes arguments{};                 // of a partial application: null for each ?
};

struct BuiltinCallNode : Node {
  const Builtin* builtin = nullptr;
  bool applied = false;              // x ~> $f(): its result is a value like any other, also at the end of a function
  Nodes arguments{};
  std::span<const VisibleName> visible{};  // for $eval
};

struct ApplyNode : Node {
  const Node* left = nullptr;
  const Node* right = nullptr;
};

struct TransformNode : Node {
  const Node* pattern = nullptr;
  const Node* update = nullptr;
  const Node* remove = nullptr;      // may be null
};

struct RegexNode : Node {
  const regex::Regex* regex = nullptr;
};

// A value that is no path, with filters or a grouping behind it.
struct RefineNode : Node {
  const Node* inner = nullptr;
  std::span<const StageNode> stages{};
  const GroupNode* group = nullptr;
};

}  // namespace arint::mapping
