// SPDX-License-Identifier: GPL-3.0-or-later
// What `send` and `notify` share: a call of an outgoing, whose kind knows the options beside `to` and `into`.
#pragma once
#include "flow/build.hpp"

namespace arint::flow {

// `help`: of the verb. An outgoing is called by the verb that its kind names, and no other.
Verb sending_verb(const char* name, const char* help);

}  // namespace arint::flow
