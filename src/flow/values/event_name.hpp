// SPDX-License-Identifier: GPL-3.0-or-later
// Which event a step means: its name, written in the flow, and its key, which each message has its own of.
#pragma once
#include "flow/build.hpp"
#include "message/events.hpp"

namespace arint::flow {

// Reports a name that is none.
void check_event_name(const std::string& name, const declare::Choice& step, Build& build);

// The key as text: text as it is, numbers as they are written. Fault rejected: it is something else, or too long.
Result<std::string> event_key(message::Run& run, const message::Expression& key);

}  // namespace arint::flow
