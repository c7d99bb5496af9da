// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/expression.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "mapping/compile/program.hpp"
#include "mapping/evaluate/evaluator.hpp"
#include "mapping/functions/table.hpp"
#include "mapping/parse/fault.hpp"

namespace arint::mapping {
namespace {

Error error_of(std::string_view source, std::string_view code, std::size_t offset, std::string_view sentence) {
  Place place = place_of(source, offset);
  std::string text(code);
  text += " at " + std::to_string(place.line) + ":" + std::to_string(place.column) + ": ";
  text += sentence;
  return Error{.fault = Fault::malformed, .sentence = std::move(text)};
}

}  // namespace

Error error_at(std::string_view source, const SyntaxFault& fault) { return error_of(source, fault.code, fault.offset, fault.sentence); }

Expression::Expression(std::string source) : source_(std::move(source)) {}
Expression::~Expression() = default;

Result<std::shared_ptr<const Expression>> Expression::compile(std::string_view source, const CompileOptions& options, CompileError* detail) {
  CompileError error;
  try {
    std::shared_ptr<Expression> out(new Expression(std::string(source)));
    out->program_ = compile_program(out->source_, options);
    return std::shared_ptr<const Expression>(std::move(out));
  } catch (const SyntaxFault& fault) {
    error = {fault.code, fault.offset, fault.sentence};
  } catch (const EvaluationFault& fault) {
    error = {fault.code, fault.offset, fault.sentence};
  } catch (const document::ArenaFull&) {
    error = {"U1002", 0, "the expression needs too much memory"};
  }
  Error out = error_of(source, error.code, error.offset, error.sentence);
  if (detail) *detail = std::move(error);
  return out;
}

const std::vector<std::string>& Expression::variables_used() const noexcept { return program_->variables; }
const std::vector<std::string>& Expression::fields_used() const noexcept { return program_->fields; }
const std::vector<UnknownFunction>& Expression::unknown_functions() const noexcept { return program_->unknown_functions; }
const std::vector<TableUse>& Expression::tables_used() const noexcept { return program_->tables; }
const std::vector<ValuePath>& Expression::value_paths() const noexcept { return program_->value_paths; }
bool Expression::uses_context() const noexcept { return program_->uses_context; }
bool Expression::constant() const noexcept { return !program_->uses_context && !program_->changing && program_->variables.empty(); }

Result<document::Value> evaluate(const Expression& expression, const document::Value& input, const Environment& environment,
                                 document::Arena& arena, EvaluationError* detail) {
  EvaluationError error;
  try {
    return Evaluator(expression.program(), environment, arena).run(input);
  } catch (EvaluationFault& fault) {
    error = {std::move(fault.code), fault.offset, std::move(fault.sentence), fault.value};
  }
  Error out = error_of(expression.source(), error.code, error.offset, error.sentence);
  if (detail) *detail = std::move(error);
  return out;
}

namespace {

// `levels`: how deep arrays within arrays are looked into; deeper ones count as true.
bool true_within(const document::Value& value, int levels) noexcept {
  switch (value.kind()) {
    case document::Kind::boolean: return value.as_boolean();
    case document::Kind::number: {
      if (value.holds_integer()) return value.as_integer() != 0;
      double number = value.as_double();
      return number != 0 && number == number;
    }
    case document::Kind::text:
    case document::Kind::bytes:
    case document::Kind::object: return value.size() > 0;
    case document::Kind::array:
      // One item counts as itself; of several, one that is true is enough.
      return levels == 0 || std::any_of(value.items().begin(), value.items().end(),
                                        [levels](const document::Value& item) { return true_within(item, levels - 1); });
    default: return false;
  }
}

}  // namespace

bool truth(const document::Value& value) noexcept { return true_within(value, 200); }

bool is_function(std::string_view name) noexcept { return find_builtin(name) != nullptr; }

std::vector<FunctionAbout> functions() {
  std::vector<FunctionAbout> out;
  for (const Builtin& one : builtins()) out.push_back({one.name, one.signature_text, one.subject, one.help, one.example, one.result, one.own});
  return out;
}

Place place_of(std::string_view source, std::size_t offset) noexcept {
  Place out;
  for (std::size_t i = 0; i < std::min(offset, source.size()); ++i) {
    if (source[i] == '\n') {
      ++out.line;
      out.column = 1;
    } else if ((static_cast<unsigned char>(source[i]) & 0xC0) != 0x80) {
      ++out.column;
    }
  }
  return out;
}

std::string describe(std::string_view source, std::size_t offset) {
  constexpr std::size_t around = 60;  // bytes kept on either side of the place
  offset = std::min(offset, source.size());
  std::size_t start = offset == 0 ? 0 : source.rfind('\n', offset - 1) + 1;  // npos + 1 is 0
  std::size_t end = std::min(source.find('\n', offset), source.size());
  auto inside = [&](std::size_t at) { return at < source.size() && (static_cast<unsigned char>(source[at]) & 0xC0) == 0x80; };
  bool cut_left = offset - start > around, cut_right = end - offset > around;
  if (cut_left) start = offset - around;
  if (cut_right) end = offset + around;
  while (inside(start)) ++start;
  while (inside(end)) --end;
  std::string line = cut_left ? "..." : "";
  std::string caret(line.size(), ' ');
  for (std::size_t i = start; i < offset; ++i)
    if (!inside(i)) caret += source[i] == '\t' ? '\t' : ' ';
  line += source.substr(start, end - start);
  if (cut_right) line += "...";
  return line + "\n" + caret + "^";
}

}  // namespace arint::mapping
