// SPDX-License-Identifier: GPL-3.0-or-later
// Functions that look for a text or a regular expression in a text.
#include <cmath>

#include "mapping/functions/matches.hpp"
#include "mapping/functions/support.hpp"
#include "regex/replacement.hpp"

namespace arint::mapping {
namespace {

// The limit of how many matches count; without one, all.
double limit_of(Call& call, std::size_t index, std::string_view code, std::string_view what) {
  Value limit = call.argument(index);
  if (!limit.is_number()) return HUGE_VAL;
  if (number_value(limit) < 0) fail(code, call.offset, "the limit of " + std::string(what) + " must not be negative, found " + document::described(limit), limit);
  return number_value(limit);
}

Value contains(Call& call) {
  Value text = call.argument(0), pattern = call.argument(1);
  if (text.is_absent() || pattern.is_absent()) return {};
  if (pattern.is_text()) return Value::boolean(text.as_text().find(pattern.as_text()) != std::string_view::npos);
  const Function* function = function_of(pattern);
  if (function->kind == Function::Kind::regex) return Value::boolean(static_cast<const RegexFunction*>(function)->regex->found_in(text.as_text()));
  return Value::boolean(Matches(call, pattern, text.as_text()).next());
}

Value match(Call& call) {
  Value text = call.argument(0);
  if (text.is_absent()) return {};
  double limit = limit_of(call, 2, "D3040", "$match");
  ValueStack& stack = call.run.stack();
  std::size_t base = stack.size();
  Matches matches(call, call.argument(1), text.as_text());
  if (limit > 0)
    for (double count = 0; count < limit && matches.next(); ++count) {
      Member* members = call.run.arena().allocate_array<Member>(3);
      new (members) Member{"match", Value::text(matches.text())};
      new (members + 1) Member{"index", Value::integer(static_cast<std::int64_t>(matches.unit_start()))};
      new (members + 2) Member{"groups", matches.groups()};
      stack.push(Value::object({members, 3}));
    }
  return call.run.raw_sequence_from(base);
}

// Every character a piece.
void split_characters(Call& call, std::string_view text, double limit) {
  call.run.work(text.size());
  double count = 0;
  for (std::size_t at = 0; at < text.size() && count < limit; ++count) {
    std::size_t next = skip_characters(text, at, 1);
    call.run.stack().push(Value::text(text.substr(at, next - at)));
    at = next;
  }
}

Value split(Call& call) {
  Value value = call.argument(0), separator = call.argument(1);
  if (value.is_absent()) return {};
  std::string_view text = value.as_text();
  double limit = limit_of(call, 2, "D3020", "$split");
  ValueStack& stack = call.run.stack();
  std::size_t base = stack.size();
  if (separator.is_absent()) {
    if (limit >= 1) stack.push(value);
  } else if (separator.is_text() && separator.size() == 0) {
    split_characters(call, text, std::floor(limit));
  } else {
    // A text counts whole pieces only; a pattern goes on while there are fewer than the limit.
    if (separator.is_text()) limit = std::floor(limit);
    Matches matches(call, separator, text);
    std::size_t from = 0;
    double count = 0;
    for (; count < limit && matches.next(); ++count) {
      call.run.work(1);
      stack.push(Value::text(text.substr(from, matches.start() - from)));
      from = matches.end();
    }
    if (count < limit) stack.push(Value::text(text.substr(from)));
  }
  return stack.take_array(base);
}

Value replaced_match(Call& call, Matches& matches, const Function& function) {
  Value found = matches.object();
  Value text = Evaluator::collapsed(call.run.call(function, {&found, 1}, {}, call.offset), false);
  if (!text.is_text()) fail("D3012", call.offset, "what replaces a match must be a text, found " + document::described(text), text);
  return text;
}

Value replace(Call& call) {
  Value value = call.argument(0), pattern = call.argument(1), by = call.argument(2);
  if (value.is_absent()) return {};
  if (pattern.is_absent() || by.is_absent()) fail("T0410", call.offset, "argument " + std::string(pattern.is_absent() ? "2" : "3") + " of $replace is missing");
  if (pattern.is_text() && pattern.size() == 0) fail("D3010", call.offset, "the text to replace must not be empty", pattern);
  double limit = limit_of(call, 3, "D3011", "$replace");
  std::string_view text = value.as_text();
  Matches matches(call, pattern, text);
  TextBuilder out(call.run.arena(), text.size() + 16);
  std::optional<regex::Replacement> replacement;
  std::string& scratch = call.run.scratch();
  std::size_t from = 0;
  for (double count = 0; count < limit && matches.next(); ++count) {
    call.run.work(1);
    out.append(text.substr(from, matches.start() - from));
    from = matches.end();
    if (by.is_opaque()) {
      out.append(replaced_match(call, matches, *function_of(by)).as_text());
    } else if (matches.plain_text()) {
      out.append(by.as_text());
    } else {
      const regex::Match& spans = matches.spans();
      if (!replacement) replacement.emplace(by.as_text(), matches.group_count());
      scratch.clear();
      replacement->append(scratch, matches.subject_of_spans(), spans);
      out.append(scratch);
    }
  }
  out.append(text.substr(from));
  return out.value();
}

const Builtin table[] = {
    builtin({"contains", "<s-(sf):b>", 2, contains, "Does the text hold another text, or match a regular expression?", "$contains('abracadabra', /a.*a/)", "true"}),
    builtin({"match", "<s-f<s:o>n?:a<o>>", 3, match, "The matches of a regular expression in a text: match, index and groups of each.", "$match('ab12', /[a-z]/)[1].index", "1"}),
    builtin({"split", "<s-(sf)n?:a<s>>", 3, split, "The pieces of a text between separators, at most so many.", "$split('a b c', ' ')", R"(["a","b","c"])"}),
    builtin({"replace", "<s-(sf)(sf)n?:s>", 4, replace, "The text with what matches replaced, at most so many times; $1 stands for a group; a function makes the new text from the match.", "$replace('John Smith', /(\\w+)\\s(\\w+)/, '$2, $1')", R"("Smith, John")"}),
};

}  // namespace

std::span<const Builtin> pattern_functions() { return table; }

}  // namespace arint::mapping
