// SPDX-License-Identifier: GPL-3.0-or-later
// Origin: the end a message came in by, as far as a flow needs it while it runs: its body may still be on the wire, and a
// `forward` may stream the answer past the flow. Messages from tests, timers and `call` have none.
#pragma once
#include <string_view>

#include "base/result.hpp"
#include "runtime/runtime.hpp"

namespace arint::http {
class Exchange;
}

namespace arint::message {

class Origin {
 public:
  virtual ~Origin() = default;
  // The whole body, within the channel's limit; valid as long as the run. Called at most once.
  // Faults: rejected with status 413 (too large), timeout (slow sender), malformed (framing), cancelled.
  virtual runtime::Task<Result<std::string_view>> read_body() = 0;
  // The HTTP exchange behind it, for `forward`; nullptr when the message did not come by HTTP.
  virtual http::Exchange* exchange() noexcept { return nullptr; }
};

}  // namespace arint::message
