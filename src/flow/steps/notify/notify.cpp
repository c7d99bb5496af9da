// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/catalog.hpp"
#include "flow/steps/send/sending.hpp"

namespace arint::flow {

Verb notify_verb() {
  return sending_verb("notify", "Calls back: sends to an address that comes with the message, through an outgoing that says which ones are allowed.");
}

}  // namespace arint::flow
