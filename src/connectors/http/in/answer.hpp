// SPDX-License-Identifier: GPL-3.0-or-later
// What the caller gets: the reply of a run in the format he accepts, or a problem (RFC 9457) when it failed.
#pragma once
#include "channel/channel.hpp"
#include "delivery/answer.hpp"
#include "http/server/exchange.hpp"
#include "message/run.hpp"

namespace arint::connectors::http {

// `done`: how the run ended. Returns how the message ended: that fault, or one met while answering.
runtime::Task<Result<void>> answer(arint::http::Exchange& exchange, channel::Channel& channel, message::Run& run, Result<void> done);

// What was wrong before the service began (415, a broken escape in a path parameter): answer() tells the caller as it is.
void found_before(message::Run& run, const Error& error);

// What answer() tells the caller of a run that failed with `error`, to be kept and sent.
delivery::Answer refusal_of(message::Run& run, const Error& error, const Id& cid);

}  // namespace arint::connectors::http
