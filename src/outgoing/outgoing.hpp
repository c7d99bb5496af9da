// SPDX-License-Identifier: GPL-3.0-or-later
// Outgoing: a named OUT channel on one core. It gives each call its turn, its time limit, its retries, the circuit breaker,
// its metrics and its line in the action log; the Connection below it only makes attempts.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "log/metrics/registry.hpp"
#include "outgoing/breaker.hpp"
#include "outgoing/connection.hpp"
#include "outgoing/options.hpp"
#include "runtime/runtime.hpp"

namespace arint::outgoing {

// Which step calls: its verb, and its path in the file, which a durable run records its answer under.
struct Site {
  std::string_view verb{}, path{};
};

// What an accepted message does when its outgoing says no `retry:`.
inline constexpr Retry durable_retry{std::chrono::hours(24), 0, Millis(1'000), Millis(300'000)};

class Outgoing {
 public:
  Outgoing(std::string name, Options options, std::unique_ptr<Connection> connection, message::Core& core,
           std::shared_ptr<log::Part> numbers);
  Outgoing(const Outgoing&) = delete;

  const std::string& name() const noexcept { return name_; }
  Connection& connection() noexcept { return *connection_; }

  // One call with all its attempts, under the deadline in force: it waits for its turn, and retries as `retry` and the
  // fault's remedy say as long as time is left. The value is what `into:` receives; absent when `wanted` is false.
  // Faults: as Operation::perform; unreachable while the breaker is open; busy when the queue is full.
  // In a durable run there is at most one attempt: where another is due, the run leaves (message/journal.hpp).
  runtime::Task<Result<document::Value>> send(message::Run& run, const Operation& operation, Site site, bool wanted);

  // The gateway path, one attempt; its line in the log is the channel's. The caller is answered in every case but cancellation.
  runtime::Task<Result<void>> forward(http::Exchange& exchange);

  // The same for a request a flow has touched; its answer is run.reply.
  runtime::Task<Result<void>> pass_on(message::Run& run);

  runtime::Task<Result<void>> open() { return connection_->open(); }
  runtime::Task<void> close() { return connection_->close(); }

 private:
  // A call that uses a lane: it is not forgotten meanwhile.
  class LaneUse {
   public:
    explicit LaneUse(Lane* lane) noexcept : lane_(lane) {
      if (lane_) ++lane_->users;
    }
    ~LaneUse() {
      if (lane_) --lane_->users;
    }
    LaneUse(const LaneUse&) = delete;

   private:
    Lane* lane_;
  };
  // The lane this message goes through; null where there are none. Fault of Operation::endpoint.
  Result<Lane*> lane_of(message::Run& run, const Operation& operation);
  Result<void> admit(CircuitBreaker& breaker, std::string_view peer);
  Result<void> admit() { return admit(breaker_, {}); }
  runtime::Task<Result<document::Value>> attempt(message::Run& run, const Operation& operation, bool wanted);
  void settle(const Error* error, std::int64_t began_ns, const message::Run& run, std::string_view step);
  // How long to wait before the next attempt; nullopt: there is none.
  std::optional<Millis> next_wait(const Error& error, const Operation& operation, std::int64_t made, Millis spent, Millis left) const;
  std::optional<Millis> wait_after(const Retry& retry, const Error& error, std::int64_t made, Millis spent) const;
  runtime::Task<Result<document::Value>> send_durably(message::Run& run, const Operation& operation, Site site, bool wanted);
  // What follows a failed attempt of a durable run: the error its step ends with.
  Error after_attempt(message::Run& run, const message::Journal::Call& call, const Error& error, bool careful, Millis left, const CircuitBreaker& breaker);
  struct Turn {
    runtime::Permit lane{}, outgoing{};
  };
  // Waits for its turn within the deadline. Faults: busy, unreachable, cancelled.
  runtime::Task<Result<Turn>> turn(Lane* lane);
  // Of a durable run: it has its turn now, or the run leaves with this error until it may.
  runtime::Task<Result<Turn>> turn_or_leave(message::Run& run, message::Journal::Call call, Lane* lane);

  std::string name_;
  Options options_;
  std::unique_ptr<Connection> connection_;
  message::Core& core_;
  std::shared_ptr<log::Part> numbers_;
  runtime::Gate gate_;
  CircuitBreaker breaker_;
  std::optional<Lanes> lanes_{};
};

}  // namespace arint::outgoing
