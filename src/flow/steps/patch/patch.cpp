// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/patch.hpp"

#include "flow/catalog.hpp"
#include "flow/values/change.hpp"

namespace arint::flow {

Verb patch_verb() {
  return {change_shape("patch",
                       "Changes the body by a JSON Patch (RFC 6902): all of its operations, or none. A patch that is none is answered with 400, one "
                       "that does not fit with 409; the fault names the operation.",
                       "The operations: an expression, or the list itself.", "\"[{ 'op': 'replace', 'path': '/status', 'value': 'sent' }]\""),
          [](const declare::Choice& choice, Build& build) { return change_step(choice, build, document::patched); }};
}

}  // namespace arint::flow
