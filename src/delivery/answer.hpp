// SPDX-License-Identifier: GPL-3.0-or-later
// What a run leaves for its caller, whether he waits for it or asks later.
#pragma once
#include "delivery/plan.hpp"
#include "delivery/record.hpp"
#include "message/run.hpp"

namespace arint::delivery {

// The reply of the run, or its body as it is. In the format the flow chose, else the channel's first. Fault malformed: it does not fit it.
Result<Answer> answer_of(message::Run& run, const Plan& plan);

// The body of a message as it came, in the format of the channel that its Content-Type names, else the first.
void give_body(message::Run& run, const std::string& body, const Plan& plan);

}  // namespace arint::delivery
