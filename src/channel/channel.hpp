// SPDX-License-Identifier: GPL-3.0-or-later
// Channel: the half of an IN channel that is the same for every protocol, on one core. Its connector (front.hpp) takes a
// message in, asks admit(), lets it run, answers the caller, and tells the outcome to settle().
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "channel/options.hpp"
#include "channel/repeat.hpp"
#include "delivery/worker.hpp"
#include "flow/service.hpp"
#include "format/format.hpp"
#include "log/actions/action.hpp"
#include "log/metrics/registry.hpp"
#include "outgoing/outgoing.hpp"
#include "security/verifier.hpp"

namespace arint::channel {

// How a message ended, for its line in the log and the numbers.
struct Outcome {
  const Error* error = nullptr;             // null: well
  const message::Failure* failure = nullptr;
  int status = 0;                           // the caller was answered with
  std::uint64_t bytes_in = 0, bytes_out = 0;
  std::int64_t began_ns = 0;                // Loop clock
  const outgoing::Outgoing* forwarded = nullptr;  // where it was passed on; null: nowhere
  std::string_view address{};               // of the peer that a forward was answered by
  bool accepted = false;                    // it is durable now, and runs, or will
};

// A message that is on disk, or one that came before with the same key.
struct Accepted {
  Id id{};
  bool before = false;
  std::shared_ptr<delivery::Waiter> waiter{};  // of one that runs now, when the caller wants its result
};
struct Wants {
  bool result = false;                      // the caller waits for it
  const format::Format* format = nullptr;   // as he accepts it
};

class Channel {
 public:
  Channel(std::string name, Options options, message::Core& core, std::shared_ptr<log::Part> numbers);
  Channel(const Channel&) = delete;

  const std::string& name() const noexcept { return name_; }
  const Options& options() const noexcept { return options_; }
  message::Core& core() noexcept { return core_; }
  // The first is the default.
  const std::vector<const format::Format*>& formats() const noexcept { return formats_; }
  const flow::Service* service() const noexcept { return service_; }
  outgoing::Outgoing* forward() const noexcept { return forward_; }
  void leads_to(const flow::Service* service, outgoing::Outgoing* forward) { service_ = service, forward_ = forward; }
  outgoing::Outgoing* canary() const noexcept { return canary_; }
  void has_canary(outgoing::Outgoing* canary) { canary_ = canary; }

  // Null: a call is one run.
  const std::shared_ptr<Repeater>& repeater() const noexcept { return repeater_; }
  void repeats(message::Expression until) { repeater_ = std::make_shared<Repeater>(*this, *options_.repeat, std::move(until)); }
  // Who asks each caller who he is; null: nobody does.
  security::Verifier* guard() const noexcept { return guard_.get(); }
  // The field that carries a caller's key; what the guard proved goes before what anybody may write.
  std::string_view key_field() const noexcept { return guard_ && !guard_->key_field().empty() ? guard_->key_field() : "idempotency-key"; }
  void is_guarded_by(std::shared_ptr<security::Verifier> guard) { guard_ = std::move(guard); }

  // Accepted messages are run by `worker`, each by the version of the service that was served when it came.
  void runs_on(delivery::Worker* worker, const Digest& version, message::Expression order_by) {
    worker_ = worker, version_ = version, order_by_ = std::move(order_by);
  }
  delivery::Worker* worker() const noexcept { return worker_; }

  // One more message? Faults: busy (limit reached, the log refuses, or the node drains), with retry_after. Each true answer
  // is followed by one settle().
  Result<void> admit(std::uint64_t bytes) noexcept;
  // Runs the service within the time limit. The body is fetched first when the service looks at it.
  runtime::Task<Result<void>> run(message::Run& run);
  // Makes the message durable; when this returns without a fault, it is. The key is the caller's Idempotency-Key.
  // Faults: busy (429 with the backlog full, 503 when the store cannot take it; retry_after is set), rejected (422: the key was used for
  // another body, or there is no order key; 409: it is in use), malformed (400: the body is needed for the order and cannot be read).
  runtime::Task<Result<Accepted>> accept(const message::Message& message, std::string_view body, Wants wants);
  void settle(const message::Message& message, const Outcome& outcome) noexcept;
  // The line of a message that was turned away before it was admitted: a rate limit, a limit of messages in progress. Only its status,
  // its error and when it began are looked at; numbers are counted by who turned it away.
  void refuse(const message::Message& message, const Outcome& outcome) noexcept;
  // From now on every message is refused.
  void close() noexcept { closed_ = true; }

 private:
  void write_line(const message::Message& message, const Outcome& outcome, std::int64_t took_ns, log::Outcome as) noexcept;
  Result<std::optional<std::string>> order_of(const message::Message& message, std::string_view body);

  std::string name_;
  Options options_;
  message::Core& core_;
  std::shared_ptr<log::Part> numbers_;
  std::vector<const format::Format*> formats_;
  const flow::Service* service_ = nullptr;
  outgoing::Outgoing* forward_ = nullptr;
  outgoing::Outgoing* canary_ = nullptr;
  std::shared_ptr<Repeater> repeater_{};
  std::shared_ptr<security::Verifier> guard_{};
  delivery::Worker* worker_ = nullptr;
  Digest version_{};
  message::Expression order_by_{};
  std::uint64_t most_;
  std::uint64_t in_flight_ = 0;
  bool closed_ = false;
};

}  // namespace arint::channel
