// SPDX-License-Identifier: GPL-3.0-or-later
// The grammar of JSONata 2: operator precedence over the tokens (Pratt, "Top Down Operator Precedence", 1973).
#pragma once
#include <string_view>

#include "document/arena.hpp"
#include "mapping/parse/syntax.hpp"

namespace arint::mapping {

// The tree as the operators nest. `arena` receives decoded texts and must live as long as the tree and what is made of it, and so must
// `source`. Throws SyntaxFault; U1002 when brackets and operators nest deeper than `most_nesting`.
Syntax* parse(std::string_view source, document::Arena& arena, SyntaxPool& pool, std::size_t most_nesting);

}  // namespace arint::mapping
