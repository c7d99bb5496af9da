// SPDX-License-Identifier: GPL-3.0-or-later
// What a run leaves for its caller, whether he waits for it or asks later.
#pragma once
#include "delivery/plan.hpp"
#include "delivery/record.hpp"
#include "message/run.hpp"

namespace arint::delivery {

// What the caller gets of the run, before it is bytes: the reply, or the body as it is.
message::Body body_of(const message::Run& run);
// Did neither the flow choose a format nor the body come in one of others? Then the caller's wish decides among those of the channel.
bool open_to_wishes(const message::Run& run, const message::Body& body, const std::vector<const format::Format*>& formats);
// From now on in that format: a body that was only read is written anew.
void write_as(message::Body& body, const format::Format* wanted);

// The reply of the run, or its body as it is. In the format the flow chose, else the wanted one, else the channel's first. Fault
// malformed: it does not fit it.
Result<Answer> answer_of(message::Run& run, const std::vector<const format::Format*>& formats, const format::Format* wanted);

// The body of a message as it came, in the format of the channel that its Content-Type names, else the first.
void give_body(message::Run& run, const std::string& body, const Plan& plan);

}  // namespace arint::delivery
