// SPDX-License-Identifier: GPL-3.0-or-later
// Evaluator: one evaluation. It walks the nodes of a program over the input; what it makes lies in the arena.
//
// Results that are sequences leave evaluate() collapsed: none is absent, one is itself unless [] was written. `raw` results, which
// filters and groupings want, and the results of functions, which call() returns, may still be uncollapsed.
// A fault leaves by exception (EvaluationFault) up to the one catch in mapping::evaluate().
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "mapping/compile/nodes.hpp"
#include "mapping/evaluate/memory.hpp"
#include "mapping/expression.hpp"
#include "mapping/functions/function.hpp"

namespace arint::mapping {

class Pictures;  // functions/pictures.hpp

struct EvaluationFault {
  std::string code;
  std::uint32_t offset;
  std::string sentence;
  Value value;
};

[[noreturn]] void fail(std::string_view code, std::uint32_t offset, std::string sentence, Value value = {});

class Fold;

class Evaluator {
 public:
  Evaluator(const Program& program, const Environment& environment, Arena& arena);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  // The whole program over the input of the caller.
  Value run(const Value& input);

  Value evaluate(const Node* node, Value input, Frame* frame);

  // Calls with everything JSONata promises: the signature is checked, tail calls run in constant space. The result may be uncollapsed.
  Value call(const Function& function, std::span<const Value> arguments, const Value& context, std::uint32_t offset,
             std::string_view name = {});

  // Counts `units` of work that no node stands for, so that a budget holds inside functions too.
  void work(std::uint64_t units) {
    if (units >= ticks_) [[unlikely]] look_at_budget(units);
    else ticks_ -= units;
  }
  // For recursion over documents: fails when the thread's stack is about to end.
  void check_stack(std::uint32_t offset) {
    if (static_cast<const char*>(__builtin_frame_address(0)) < stack_end_) [[unlikely]] stack_ended(offset);
  }

  Arena& arena() noexcept { return arena_; }
  ValueStack& stack() noexcept { return stack_; }
  std::string& scratch() noexcept { return scratch_; }
  const Environment& environment() const noexcept { return environment_; }
  Pictures& pictures();
  std::uint64_t next_random() noexcept;  // seeded: the same environment gives the same numbers
  Id next_id();                          // 128 bits, seeded alike
  Value eval(std::string_view source, const Value& input, Call& call);

  // Sequences.
  Value sequence_from(std::size_t base, bool keep = false);       // off the stack: collapsed
  Value raw_sequence_from(std::size_t base);                      // off the stack: marked, not collapsed
  static Value collapsed(Value value, bool keep) noexcept;
  Value concatenated(const Value& left, const Value& right);      // JSONata's $append

  // Of an object, or of all objects of an array; uncollapsed. `name` must live as long as the evaluation.
  Value field(const Value& input, std::string_view name);

  // Texts. append_text writes what & and $string make of a value.
  void append_text(TextBuilder& out, const Value& value, std::uint32_t offset);
  Value text_value(const Value& value, std::uint32_t offset);
  [[noreturn]] void stack_ended(std::uint32_t offset);

 private:
  struct Pending;
  struct Evaluated;
  struct Collector;

  Value whole(const Value& input);
  Value dispatch(const Node* node, const Value& input, Frame* frame);
  void look_at_budget(std::uint64_t units);

  // values.cpp
  Value variable(const VariableNode& node, Frame* frame) const;
  const Value* member(const Value& object, std::string_view name) noexcept;
  void field_into_stack(const Value& input, std::string_view name);
  Value fields(const FieldsNode& node, const Value& input);
  void fields_into(const FieldsNode& node, Value at, std::size_t begin, Collector& out);
  Value wildcard(const Value& input);
  Value descendants(const Value& input, std::uint32_t offset);
  void descend(const Value& input, std::uint32_t offset);
  Value array(const ArrayNode& node, const Value& input, Frame* frame);
  Value range(const BinaryNode& node, const Value& input, Frame* frame);
  Value block(const BlockNode& node, const Value& input, Frame* frame);
  Frame* enter(const BlockNode& node, Frame* frame);
  Value lambda(const LambdaNode& node, const Value& input, Frame* frame);
  Value regex(const RegexNode& node);

  // operators.cpp
  Value arithmetic(const BinaryNode& node, const Value& input, Frame* frame);
  Value comparison(const BinaryNode& node, const Value& input, Frame* frame);
  Value equality(const BinaryNode& node, const Value& input, Frame* frame);
  Value concatenation(const ConcatenateNode& node, const Value& input, Frame* frame);
  Value within(const BinaryNode& node, const Value& input, Frame* frame);
  Value negation(const UnaryNode& node, const Value& input, Frame* frame);

  // paths.cpp
  Value path(const PathNode& node, const Value& input, Frame* frame);
  Value raw(const Node* node, const Value& input, Frame* frame);
  Value raw_path(const PathNode& node, const Value& input, Frame* frame);
  Value collected(Collector& out, bool keep_singleton, bool keep_array);
  Value collected_raw(Collector& out);
  Value finished(const PathNode& node, Value result, Frame* frame);
  void walk(const PathNode& node, std::size_t step, std::size_t end, Value item, Frame* frame, Collector& out);
  void walk_filtered(const PathNode& node, std::size_t step, std::size_t end, const Value& found, Frame* frame, Collector& out);
  Value refine(const RefineNode& node, const Value& input, Frame* frame);
  // The results of a path, given to the fold as they come. False: it is no such path or they are no such values, and nothing counts.
  bool folded(const Node* node, const Value& input, Frame* frame, Fold& fold);

  // filters.cpp
  Value filtered(std::span<const StageNode> stages, const Value& input, Frame* frame);
  Value filtered(const StageNode& stage, const Value& input, Frame* frame);
  std::size_t passes(const Value& verdict, std::size_t index, std::size_t count) const;
  Value sorted(const SortNode& sort, const Value& items, Frame* frame, const PathNode* tuples);

  // tuples.cpp
  Value tuple_path(const PathNode& node, const Value& input, Frame* frame);
  void extend_tuple(const PathNode& path, const StepNode& step, const Value& before, Frame* frame);
  Value tuple_step(const PathNode& path, const StepNode& step, const Value& input, bool first, Frame* frame);
  Value tuple_stages(const PathNode& path, const StepNode& step, Value tuples, Frame* frame);
  Value tuple_filter(const PathNode& path, const StageNode& stage, const Value& tuples, Frame* frame);
  Frame tuple_frame(const PathNode& path, const Value& tuple, Frame* frame);
  Value contexts_of(const Value& tuples);
  Value* new_tuple(const PathNode& path);

  // groups.cpp
  Value grouped(const GroupNode& group, const Value& items, Frame* frame, const PathNode* tuples);
  Value object_value(const Node* node, const Value& context, Frame* frame);
  Value reduced_tuple(const PathNode& path, std::span<const Value> tuples);
  Value object(const ObjectNode& node, const Value& input, Frame* frame);

  // calls.cpp
  Value call_node(const CallNode& node, const Value& input, Frame* frame);
  Value builtin_call(const BuiltinCallNode& node, const Value& input, Frame* frame);
  std::span<const Value> fitted(const Signature& signature, std::span<const Value> given, const Value& context, std::string_view name,
                                std::uint32_t offset, Value* out);
  Value run_builtin(const Builtin& builtin, std::span<const Value> given, const Value& input, std::uint32_t offset, bool checked,
                    const BuiltinCallNode* site, Frame* frame);
  Value invoke(const Function& function, std::span<const Value> arguments, const Value& context, std::uint32_t offset,
               std::string_view name, Pending& pending);
  Value invoke_lambda(const Lambda& lambda, std::span<const Value> arguments, Pending& pending);
  Value body(const Node* node, const Value& input, Frame* frame, Pending& pending);
  Value partial(const CallNode& node, const Value& input, Frame* frame);
  Value apply(const ApplyNode& node, const Value& input, Frame* frame);
  const Function& callee(const CallNode& node, const Value& function);
  Value match_object(const regex::Regex& regex, std::string_view subject, std::size_t from, std::uint32_t offset);

  // eval.cpp
  const Program& compiled_now(std::string_view source, std::span<const std::string_view> names, const void* site, std::uint32_t offset);

  // transforms.cpp
  std::span<Member> changed_members(const Value& object, const Value& update, const Value& removed);
  Value transform(const TransformFunction& function, const Value& input, std::uint32_t offset);

  // Where the last object had a name. Objects of one kind have it at one place, and those of one document mostly share its bytes too.
  struct Hint {
    const char* name = nullptr;  // the asked name, by its address
    const char* seen = nullptr;  // the found one's
    std::uint32_t size = 0;      // of both
    std::uint32_t at = 0;
  };
  static constexpr std::size_t hint_count = 32;

  const Program& program_;
  const Environment& environment_;
  Arena& arena_;
  const Arena::Allowance allowance_;  // budget.bytes, also within a single function
  ValueStack stack_;
  Value root_{};                      // $$
  const Value* externals_ = nullptr;  // by external slot
  std::uint64_t ticks_ = 0;           // until the budget is looked at again
  std::uint64_t steps_left_ = 0;
  std::uint64_t slice_ = 0;
  std::size_t depth_ = 0;
  std::uint32_t offset_ = 0;          // of the node evaluated last, for budget faults
  const char* stack_end_ = nullptr;
  std::chrono::steady_clock::time_point until_{};
  std::uint64_t random_state_ = 0;
  std::uint64_t ids_given_ = 0;
  std::string scratch_{};
  Hint hints_[hint_count]{};
  std::vector<std::unique_ptr<Evaluated>> evaluated_;  // what $eval compiled
  std::unique_ptr<Pictures> pictures_;                 // compiled once an evaluation
};

}  // namespace arint::mapping
