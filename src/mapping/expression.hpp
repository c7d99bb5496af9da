// SPDX-License-Identifier: GPL-3.0-or-later
// Expression: a JSONata 2 expression, compiled once at load and evaluated many times over document trees.
//
// It is immutable and may be shared by any number of threads. An evaluation copies no input: what it returns shares the nodes of
// the input and of the variables, and everything new lies in the arena it was given. Functions never leave an evaluation.
// Source of the language: docs.jsonata.org, version 2; where ARINT differs on purpose: docs/decisions/, "mapping".
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "document/arena.hpp"
#include "document/value.hpp"
#include "mapping/tables.hpp"

namespace arint::mapping {

class Program;  // the compiled form, private to this folder

struct CompileOptions {
  std::size_t most_bytes = 1 << 20;  // a longer source is refused (U1002)
  std::size_t most_nesting = 500;    // brackets, blocks and operators inside each other; deeper is refused (U1002)
};

// Why a source was refused. Codes are JSONata's (S0xxx); U1xxx are ARINT's own limits.
struct CompileError {
  std::string code{};
  std::size_t offset = 0;  // byte in the source where the fault was seen
  std::string sentence{};  // without code and position
};

// A call of `$name` that must fail (T1006) whenever it is reached: the language has no such function, nothing binds the name, and
// what is given from outside is never a function.
struct UnknownFunction {
  std::string name{};      // without the $
  std::size_t offset = 0;  // byte of the call in the source
  std::string near{};      // the function of the language that was meant, perhaps; without the $
};

// A table that $table or $tableRows names by a text that stands there, for `check`.
struct TableUse {
  std::string name{};
  std::size_t offset = 0;  // byte of the call in the source
};

// A path that is the expression's value, or a field of the object it makes, and is not kept a list by []: when it finds one item its
// value is that item. Paths in calls and behind operators are not among them.
struct ValuePath {
  struct Step {
    std::string name{};
    bool opens = false;  // several items here would make several values: more follows, or a filter
  };
  std::string variable{};     // where it starts; empty: the input
  std::vector<Step> steps{};  // the names it begins with
  std::size_t offset = 0;     // byte in the source
};

class Expression {
 public:
  // The error is Fault::malformed: "S0202 at 1:5: expected \")\", found \"}\""; `detail` receives its parts.
  static Result<std::shared_ptr<const Expression>> compile(std::string_view source, const CompileOptions& options = {},
                                                           CompileError* detail = nullptr);
  ~Expression();
  Expression(const Expression&) = delete;
  Expression& operator=(const Expression&) = delete;

  const std::string& source() const noexcept { return source_; }

  // What the expression reads, for `check` and for callers that can spare themselves a parse or a look-up.
  const std::vector<std::string>& variables_used() const noexcept;  // free $variables, without the $; sorted
  const std::vector<std::string>& fields_used() const noexcept;     // names read from the input itself, as `total` in `total > 5`; sorted
  const std::vector<UnknownFunction>& unknown_functions() const noexcept;  // for `check`
  const std::vector<TableUse>& tables_used() const noexcept;
  const std::vector<ValuePath>& value_paths() const noexcept;
  bool uses_context() const noexcept;  // false: the input does not matter
  bool constant() const noexcept;      // always the same: no input, no free variable, no clock, no random

  const Program& program() const noexcept { return *program_; }

 private:
  explicit Expression(std::string source);
  std::string source_;
  std::unique_ptr<const Program> program_;
};

// A variable given from outside, `$name`. When a name is given twice the later one counts. Functions of the language cannot be
// replaced this way: see is_function.
struct Variable {
  std::string_view name{};
  document::Value value{};
};

// What one evaluation may use. The first limit that is reached ends it (U1001) with the position where it stood.
struct Budget {
  std::chrono::milliseconds time{2'000};  // wall clock, looked at every few thousand steps
  std::uint64_t steps = UINT64_MAX;       // nodes evaluated
  std::size_t depth = 20'000;             // expressions and calls inside each other; the thread's stack may end it earlier
  std::size_t bytes = 256u << 20;         // memory taken from the arena; the arena's own limit holds too
};

// What an evaluation knows besides its input. The same environment gives the same result, always.
struct Environment {
  std::span<const Variable> variables{};
  std::int64_t now_millis = 0;  // $now() and $millis(), since 1970
  Id seed{};                    // $random(), $shuffle(), $uuid()
  Budget budget{};
  const Tables* tables = nullptr;  // $table(); null: there are none
};

// Why an evaluation failed. Codes are JSONata's (T, D); U1001: a limit of the budget; U2001: what one of ARINT's own functions cannot use.
struct EvaluationError {
  std::string code{};
  std::size_t offset = 0;     // byte in the source
  std::string sentence{};     // without code and position; the message itself for $error (D3137) and $assert (D3141)
  document::Value value{};    // the offending value, when there is one; lives as long as input and arena
};

// Evaluates over `input` (absent is fine: no context). The value lives as long as input, variables, expression and arena.
//
// The error is Fault::malformed: "T2001 at 1:14: the left side of + must be a number, found the text \"x\""; `detail` receives its
// parts. An expression cannot do harm: it ends within its budget, and never with Fault::bug.
Result<document::Value> evaluate(const Expression& expression, const document::Value& input, const Environment& environment,
                                 document::Arena& arena, EvaluationError* detail = nullptr);

// What counts as true for `when:` and the like: JSONata's $boolean(). Absent is false.
bool truth(const document::Value& value) noexcept;

// Is `$name` a function of the language? `check` refuses such a name for a variable.
bool is_function(std::string_view name) noexcept;

// The functions of the language, by name, for the reference pages.
struct FunctionAbout {
  std::string_view name{}, signature{}, subject{}, help{}, example{};
  std::string_view result{};  // of the example, as JSON; empty: it varies
  bool own = false;           // ARINT's, not JSONata's
};
std::vector<FunctionAbout> functions();

// Line and column, from 1 (columns count code points), of a byte in a source.
struct Place {
  int line = 1;
  int column = 1;
};
Place place_of(std::string_view source, std::size_t offset) noexcept;

// Two lines for a terminal: the line of the source (cut around the place when it is long) and a caret under the place.
std::string describe(std::string_view source, std::size_t offset);

}  // namespace arint::mapping
