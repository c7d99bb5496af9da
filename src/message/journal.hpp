// SPDX-License-Identifier: GPL-3.0-or-later
// Journal: the memory of a durable run, as steps and outgoings use it. What calls gave is recorded under the step's identity (scope of
// the run + path of the step in the file); a resumed run takes it from there, computes everything else again, and calls no step twice.
// A run that has to wait leaves: each step ends with the error that leave, retry, ... return, and nothing catches it; the message then
// waits in the store and holds no memory. Synchronous runs have none.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "document/value.hpp"
#include "message/events.hpp"
#include "runtime/runtime.hpp"

namespace arint::message {

class Run;

class Journal {
 public:
  virtual ~Journal() = default;

  // A call of a step; what was tried before the present attempt, over all activations of the run.
  struct Call {
    std::string_view step{}, outgoing{};
    std::int64_t tries = 0;
    std::int64_t first_ms = 0;              // when the first attempt began, since 1970
    std::string_view place{};               // where it stands by; empty: nowhere
  };
  struct Known {
    enum class As : std::uint8_t { nothing, tried, asked, answered, failed };
    As as = As::nothing;                    // asked: a call was begun, and nobody knows how it ended
    document::Value answer{};               // in the run's arena
    Error error{};                          // failed: what the flow was given
    std::int64_t tries = 0, first_ms = 0;
  };

  // The step's identity in this run; at most 1024 bytes.
  virtual std::string step_of(const Run& run, std::string_view path) const = 0;
  // Moves the run's $now() to the time of the record. Fault malformed: the record is damaged.
  virtual Result<Known> known(Run& run, std::string_view step) const = 0;
  // The same for each repeat of a call, another one in a new run: hash of message, run and step. 32 hex digits.
  virtual std::string key_of(std::string_view step) const = 0;

  // What was answered before becomes durable and, when `careful`, that this call is about to be made. A fault: the run has lost its
  // message or its store, and ends.
  virtual runtime::Task<Result<void>> begin(Call call, bool careful) = 0;
  virtual runtime::Task<Result<void>> answered(Run& run, Call call, document::Value answer) = 0;
  // An attempt failed.
  virtual void attempt(const Call& call, const Error& error, Millis took) = 0;
  // And there is no further one: the flow is given the fault, also when it is computed again.
  virtual void fail(Run& run, const Call& call, const Error& error) = 0;

  // ---- the run leaves. Each returns the error that every step ends with.
  virtual Error retry(const Call& call, const Error& error, std::int64_t due_ms) = 0;
  // To the call's place, until it has a turn for us, or its breaker is tried. `due_ms` 0: however long that is. `probe_ms`: nobody
  // there need try before.
  virtual Error stand_by(const Call& call, const Error* error, std::int64_t due_ms, std::int64_t probe_ms) = 0;
  virtual Error hold(const Call& call, const Error& error) = 0;
  virtual Error sleep_until(Run& run, std::string_view step, std::int64_t due_ms) = 0;
  // Until the event comes or the time is over.
  virtual Error wait_at(Run& run, std::string_view step, EventKey event, std::int64_t due_ms) = 0;
  virtual Error give_back(const Error& error) = 0;  // we are stopping
  virtual bool leaving() const noexcept = 0;
  // A call ended: who stands by at its place may come. `well`: the peer answered.
  virtual void turn_free(std::string_view place, bool well) = 0;

  // ---- events
  // Takes the oldest event there and records it as the step's answer, in one commit; nullopt: there is none.
  virtual runtime::Task<Result<std::optional<document::Value>>> take_event(Run& run, std::string_view step, EventKey event) = 0;
  // The event and the record of the step become durable together, with the next thing that must.
  virtual runtime::Task<Result<void>> emit(Run& run, std::string_view step, EventKey event, document::Value value, Millis keep) = 0;

  // ---- compensation
  // What the service is being undone for; nullopt: it is not. Does not move $now().
  virtual std::optional<Error> undone_for(std::string_view step) const = 0;
  // The service has failed for good and is undone: recorded before the first call that does. From now on it only goes back, also when
  // a person resumes the message.
  virtual void undo(std::string_view step, const Error& error) = 0;
};

}  // namespace arint::message
