// SPDX-License-Identifier: GPL-3.0-or-later
// What a connector implements to be an OUT channel. It connects and makes one attempt; the engine (outgoing.hpp) owns
// parallelism, queue, time-outs, retry, circuit breaker, metrics and the action log.
//
// Life: make (no side effects) -> open -> perform... -> close. One Connection per core and outgoing, all on that core's loop.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "declare/reading.hpp"
#include "declare/shape.hpp"
#include "document/value.hpp"
#include "log/metrics/addresses.hpp"
#include "message/run.hpp"
#include "outgoing/lane.hpp"
#include "runtime/runtime.hpp"
#include "security/scheme.hpp"

namespace arint::http {
class Exchange;
}

namespace arint::outgoing {

// One `send` of a flow, compiled: what to send, with expressions still to be evaluated for each message.
class Operation {
 public:
  virtual ~Operation() = default;
  // One attempt under the deadline in force. The answer is what `into:` receives; when nobody wants it (`wanted` false) it
  // need not be parsed. Sets run.address when it knows it. Evaluates its expressions anew at each attempt, which gives the same (docs: durable execution).
  // Faults: as the peer's protocol maps to them; a 4xx-like answer is `rejected` with the peer's words.
  // After cancellation the connection is usable; the peer may have done it.
  virtual runtime::Task<Result<document::Value>> perform(message::Run& run, bool wanted) const = 0;
  // May it be done again when its outcome is unknown, without doing it twice? (RFC 9110, 9.2.2; a read of a database)
  virtual bool repeatable() const noexcept = 0;
  // Where this message goes, when the connection has lanes. Faults: as perform, before anything is sent.
  virtual Result<std::string> endpoint(message::Run& run) const;
};

class Connection {
 public:
  virtual ~Connection() = default;
  // Scheme, host and port, for logs and sentences; never a password.
  virtual std::string_view peer() const noexcept = 0;
  // The member of an answer that is always a list; empty: there is none.
  virtual std::string_view answer_list() const noexcept { return {}; }
  // The step that calls it.
  virtual std::string_view verb() const noexcept { return "send"; }
  // Messages say where they go: each such place has turns, a pace and a circuit breaker of its own. Null: all go to one peer.
  virtual const LaneLimits* lanes() const noexcept { return nullptr; }
  // Called with back-off until it succeeds; a connector that connects when first used just says yes. Not called by `check`.
  virtual runtime::Task<Result<void>> open();
  // Awaits its own background work. No operation is in progress.
  virtual runtime::Task<void> close();
  // Does what real work does to see whether the peer answers, and nothing else.
  virtual runtime::Task<Result<void>> probe() = 0;
  // Compiles the options of a `send` step that stand beside `to` and `into`. Null when it reported problems.
  virtual std::unique_ptr<Operation> prepare(const declare::Node& options, declare::Reading& reading) = 0;
  // The gateway path: passes the exchange on and streams the answer back. It answers the caller in every case but
  // cancellation. Only connectors whose Kind says `forwards`.
  virtual runtime::Task<Result<void>> forward(http::Exchange& exchange);
  // The same for a request that a flow has read or changed: sends it as the run has it now and makes run.reply the answer.
  virtual runtime::Task<Result<void>> pass_on(message::Run& run);
};

// What a Connection is made with.
struct Making {
  std::string name;              // of the outgoing
  message::Core& core;
  declare::Reading& reading;
  std::size_t in_flight;         // calls this core may have in progress at once
  Millis timeout;                // of one attempt
  std::shared_ptr<log::Addresses> addresses{};  // what is counted per address; null = nothing
  std::shared_ptr<const security::Signer> signer{};  // of `security:`, when Kind::signs; null = none
};

// The OUT face of a connector: its declaration.
struct Kind {
  declare::Shape options;        // under its key: `http: { url: ... }`
  declare::Shape send;           // beside `to:` and `into:` in a send step
  bool forwards = false;         // can stand in `forward:`
  // Null when it reported problems. `options` was read from Kind::options.
  std::unique_ptr<Connection> (*make)(const declare::Choice& options, Making& making) = nullptr;
  bool signs = false;            // takes `security:` of a scheme that signs what is sent
};

}  // namespace arint::outgoing
