// SPDX-License-Identifier: GPL-3.0-or-later
// The page of functions, from their tables.
#include "command/reference/reference.hpp"
#include "declare/readers/docs.hpp"
#include "mapping/expression.hpp"

namespace arint::command::reference {
namespace {

// A section for each subject, in the order in which its first function comes by name.
std::string section(bool own) {
  std::map<std::string_view, std::string> subjects;
  for (const mapping::FunctionAbout& one : mapping::functions())
    if (one.own == own)
      subjects[one.subject] += "| `$" + std::string(one.name) + "` | " + declare::docs_code(std::string(one.signature)) + " | " + declare::docs_cell(std::string(one.help)) + " | " +
                               declare::docs_code(std::string(one.example)) + " | " + (one.result.empty() ? "varies" : declare::docs_code(std::string(one.result))) + " |\n";
  std::string out;
  for (const auto& [subject, rows] : subjects)
    out += "\n### " + std::string(1, static_cast<char>(subject[0] - 'a' + 'A')) + std::string(subject.substr(1)) + "\n\n" +
           table({"function", "arguments", "what it gives", "example", "result"}) + rows;
  return out;
}

}  // namespace

std::string functions() {
  return R"(# Functions

What an expression can call: the functions of JSONata 2, and those that ARINT adds. Nothing in gives nothing out, wherever that makes sense.

Arguments are written as JSONata writes signatures: `s` text, `n` number, `b` boolean, `l` null, `o` object, `a` array, `f` function, `j` any data,
`x` anything, `(sn)` one of these; behind it `?` may be left out, `-` is the context when left out, `+` one or more, `<n>` an array of what;
behind the colon what comes out.

The same message gives the same result, always: `$now` and `$millis` are the time when the message came, and `$random`, `$shuffle` and `$uuid`
draw from a series that belongs to the message, so that work that is repeated after a crash comes out the same. They are no secrets.

An argument that one of ARINT's own functions cannot use is the error `U2001`, which says which one, what was found and what fits.

## ARINT's own
)" + section(true) + R"(
Amounts of money: arithmetic (`+ - * /`) is JSONata's, on doubles. The `$decimal` functions keep every digit, up to 10,000. They take numbers
of a document as they are written there, and texts; a number with more than 15 digits that stands in an expression itself is written as a text.

## JSONata's
)" + section(false);
}

}  // namespace arint::command::reference
