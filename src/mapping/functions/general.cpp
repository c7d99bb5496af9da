// SPDX-License-Identifier: GPL-3.0-or-later
// Functions on any value, and those that end an evaluation.
#include "mapping/functions/support.hpp"

namespace arint::mapping {
namespace {

Value boolean(Call& call) {
  Value value = call.argument(0);
  return value.is_absent() ? Value() : Value::boolean(truth(value));
}

Value not_true(Call& call) {
  Value value = call.argument(0);
  return value.is_absent() ? Value() : Value::boolean(!truth(value));
}

Value exists(Call& call) { return Value::boolean(!call.argument(0).is_absent()); }

Value type(Call& call) {
  static constexpr std::string_view words[] = {"", "null", "boolean", "number", "string", "bytes", "array", "object", "function"};
  Value value = call.argument(0);
  return value.is_absent() ? Value() : Value::text(words[static_cast<std::size_t>(value.kind())]);
}

Value error(Call& call) {
  Value message = call.argument(0);
  fail("D3137", call.offset, message.is_text() ? std::string(message.as_text()) : "$error() was called", message);
}

Value assert_true(Call& call) {
  Value message = call.argument(1);
  if (!truth(call.argument(0)))
    fail("D3141", call.offset, message.is_text() ? std::string(message.as_text()) : "what $assert() was given is not true", message);
  return {};
}

// Values never change, so that a copy is the value itself.
Value clone(Call& call) { return call.argument(0); }

Value eval(Call& call) {
  Value source = call.argument(0), context = call.argument(1);
  if (source.is_absent()) return {};
  return call.run.eval(source.as_text(), context.is_absent() ? call.context : context, call);
}

const Builtin table[] = {
    builtin({"boolean", "<x-:b>", 1, boolean, "What counts as true: not \"\", 0, null, {}, [] nor an array of such.", "$boolean('x')", "true"}),
    builtin({"not", "<x-:b>", 1, not_true, "The opposite of $boolean.", "$not(false)", "true"}),
    builtin({"exists", "<x:b>", 1, exists, "Is there a value at all? null is one.", "$exists(null)", "true"}),
    builtin({"type", "<x:s>", 1, type, "The type of a value: null, boolean, number, string, array, object, function.", "$type(1)", R"("number")"}),
    builtin({"error", "<s?:x>", 1, error, "Ends the evaluation with a message.", "$error('no customer')", "", true}),
    builtin({"assert", "<bs?:x>", 2, assert_true, "Ends the evaluation with a message unless a condition is true.", "$assert(1 < 2, 'impossible')", "", true}),
    builtin({"clone", "<(oa)-:o>", 1, clone, "A copy of an object or array.", "$clone({'a': 1})", R"({"a":1})"}),
    builtin({"eval", "<sx?:x>", 2, eval, "The text as an expression, evaluated over the context or another value.", "$eval('1 + 2')", "3", true}),
};

}  // namespace

std::span<const Builtin> general_functions() { return table; }

}  // namespace arint::mapping
