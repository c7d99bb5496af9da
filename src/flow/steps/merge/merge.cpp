// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/patch.hpp"
#include "flow/catalog.hpp"
#include "flow/values/change.hpp"

namespace arint::flow {

Verb merge_verb() {
  return {change_shape("merge",
                       "Changes the body by a JSON Merge Patch (RFC 7396): its members replace those of the body, null takes one away, objects go "
                       "on inside.",
                       "The patch: an expression, or the object itself.", "{ status: sent, draft: null }"),
          [](const declare::Choice& choice, Build& build) { return change_step(choice, build, document::merged); }};
}

}  // namespace arint::flow
