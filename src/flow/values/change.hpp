// SPDX-License-Identifier: GPL-3.0-or-later
// Change: a step that changes a document by another one. What `patch` and `merge` share: their options, where the result goes, and
// what a caller is answered.
#pragma once
#include <memory>
#include <string>

#include "flow/build.hpp"

namespace arint::flow {

// Fault::malformed: `with` is no such change, the caller gets 400. Fault::rejected: it does not fit the document, the caller gets 409
// (RFC 5789, section 2.2). In both cases nothing has changed.
using Change = Result<document::Value> (*)(document::Arena& arena, const document::Value& target, const document::Value& with);

// The declaration of such a step: its name, what it does, what `with` is and looks like.
declare::Shape change_shape(std::string name, std::string help, std::string with, std::string example);
std::unique_ptr<Step> change_step(const declare::Choice& choice, Build& build, Change change);

}  // namespace arint::flow
