// SPDX-License-Identifier: GPL-3.0-or-later
// The grammar of JSONata 2: operator precedence over the tokens (Pratt, "Top Down Operator Precedence", 1973).
#pragma once
#include <string_view>
#include <vector>

#include "document/arena.hpp"
#include "mapping/parse/syntax.hpp"
#include "mapping/parse/tokens.hpp"

namespace arint::mapping {

// What a token is to the grammar, for whoever lays a source out anew.
enum class Role : std::uint8_t {
  begins,     // it begins an expression: a value, an opening bracket, a sign
  joins,      // it goes on with the expression left of it: an operator, a bracket that calls or filters
  separates,  // all others: commas, closing brackets
};

// A token as it stands in the source; a signature <...> is one.
struct Seen {
  std::size_t begin, end;
  TokenKind kind;
  Role role;
};

// The tree as the operators nest. `arena` receives decoded texts and must live as long as the tree and what is made of it, and so must
// `source`. Throws SyntaxFault; U1002 when brackets and operators nest deeper than `most_nesting`.
// `seen`, when given, receives all tokens in order.
Syntax* parse(std::string_view source, document::Arena& arena, SyntaxPool& pool, std::size_t most_nesting, std::vector<Seen>* seen = nullptr);

}  // namespace arint::mapping
