// SPDX-License-Identifier: GPL-3.0-or-later
// $fault: what went wrong, as `catch` and `compensate` are told.
#pragma once
#include "message/run.hpp"

namespace arint::flow {

// { kind, error, status, peer_words, step, outgoing } and, where there are any, details; in the run's arena. Looks at run.failure.
document::Value described(message::Run& run, const Error& error);

}  // namespace arint::flow
