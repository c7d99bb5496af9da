// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/catalog.hpp"
#include "flow/steps/send/sending.hpp"

namespace arint::flow {

Verb send_verb() { return sending_verb("send", "Calls an outgoing. The body stays as it is; the answer goes to `into`, or is dropped."); }

}  // namespace arint::flow
