// SPDX-License-Identifier: GPL-3.0-or-later
// Shaping: from the tree of operators to paths of steps. a.b[c].d becomes one path of three steps, the filter belongs to the second;
// {..} becomes the grouping of what stands before it, @ and # become variables of a step, and each % finds the step it came from.
#pragma once
#include "mapping/parse/syntax.hpp"

namespace arint::mapping {

// Returns the shaped tree, made of the same nodes. Throws SyntaxFault (S0201, S0206, S0207, S0209, S0210, S0213, S0215-S0217).
Syntax* shape(Syntax* root, SyntaxPool& pool);

}  // namespace arint::mapping
