// SPDX-License-Identifier: GPL-3.0-or-later
// Run: one execution of a service for a message. It holds what a flow works on: one current body, variables, and the answer.
//
// Everything a run makes lives in its arena. A run belongs to one core; `parallel` branches and `for_each` items are runs of
// their own that copy the body and the variables (16 bytes each) and give back only what their `into:` wrote.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/position.hpp"
#include "base/result.hpp"
#include "document/value.hpp"
#include "format/format.hpp"
#include "mapping/expression.hpp"
#include "message/core.hpp"
#include "message/expression.hpp"
#include "message/journal.hpp"
#include "message/message.hpp"
#include "message/origin.hpp"

namespace arint::flow {
class Saga;
}

namespace arint::message {

// The body as it is now. Bytes and document are two views of one thing; a changed document has no bytes any more.
struct Body {
  enum class State : std::uint8_t { unread, raw, parsed, changed };
  State state = State::raw;
  std::string_view bytes{};                 // raw, parsed
  document::Value document{};               // parsed, changed
  const format::Format* format = nullptr;   // what the bytes are, or what the document is written as
};

// What the caller gets; without it, the body as it is when the flow ends.
struct Reply {
  int status = 0;                           // 0 = not said: 200, or 204 when there is no body
  std::vector<Field> headers{};
  std::optional<Body> body{};
  bool sent = false;                        // streamed past the flow by `forward`
};

struct Variable {
  std::string_view name{};                  // without "$"
  document::Value value{};
  const format::Format* format = nullptr;   // `map ... as: xml, into: x`: how $x is written when it becomes a body
};

// What ended a run before its time, and where. Filled by the innermost step that failed.
struct Failure {
  Error error{};
  std::string_view service{};
  std::string_view step{};                  // the verb
  Position at{};                            // of the step in the file
  std::string outgoing{};                   // whose peer failed; empty when it was not a call
  int answer = 0;                           // HTTP status for the caller when the step chose one (validate, fail)
  std::string_view told{};                  // what the flow itself wants the caller to read (fail)
  document::Value details{};                // further members of the problem: `violations`
};

class Run {
 public:
  Run(Core& core, const Message& message, document::Arena& arena, Origin* origin = nullptr)
      : now_ms(message.received_ms), core_(&core), message_(&message), arena_(&arena), origin_(origin), seeds_{message.id, 0} {}
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  // A copy for a branch or an item: same message, own body, variables, answer and failure; `arena` may be the parent's.
  std::unique_ptr<Run> branch(document::Arena& arena);
  // A branch that outlives this run: what it holds is copied into `arena` where it is not there already.
  std::unique_ptr<Run> snapshot(document::Arena& arena);

  Core& core() const noexcept { return *core_; }
  const Message& message() const noexcept { return *message_; }
  document::Arena& arena() noexcept { return *arena_; }
  Origin* origin() const noexcept { return origin_; }

  // ---- the body
  // Reads it from the origin when it is still on the wire. Faults as Origin::read_body.
  runtime::Task<Result<void>> fetch_body();
  // The document, parsed on first use. Fault malformed: with the place in the caller's bytes. fetch_body() came before.
  Result<const document::Value*> document();
  void set_document(const document::Value& value) { body.document = value, body.state = Body::State::changed; }
  Body body{};

  // ---- variables
  const Variable* variable(std::string_view name) const noexcept;
  void set_variable(std::string_view name, const document::Value& value, const format::Format* format = nullptr);
  // One that a step gives to the steps inside it; it does not come back.
  void give_variable(std::string_view name, const document::Value& value) { variables_.push_back({name, value, nullptr}); }
  // Those a step of this run wrote with `into:` since it was made (not those it was given).
  document::Value written();

  // ---- expressions. The fault is `malformed` and its sentence names the expression's own position in the file; `timeout` when
  // the time of the run ended first. An evaluation takes at most what Core::budget gives and what is left of the run's time.
  Result<document::Value> evaluate(const Expression& expression);
  // Is it true as JSONata's $boolean has it?
  Result<bool> holds(const Expression& expression);

  Reply reply{};
  std::optional<Failure> failure{};
  bool ended = false;                       // `forward` and `reply` with end: no further step runs
  int call_depth = 0;
  const runtime::Context* context = nullptr;  // whose deadlines hold now; set by whoever runs steps, null: no limit
  std::string_view service{};               // running now
  std::string_view address{};               // where the last call went, in the arena; for the log

  // ---- durable runs
  Journal* journal = nullptr;               // null: a synchronous run
  std::string_view scope{};                 // which call of a service, which item: before the paths of the steps
  bool beside = false;                      // a branch of `parallel`
  flow::Saga* saga = nullptr;               // what the service has done that can be undone; null: nothing is kept of it
  std::string_view call_key{};              // of the call that is being made: its Idempotency-Key
  std::int64_t now_ms;                      // $now(): the time of the last recorded result, else of acceptance
  // What $random() and $uuid() are computed from. What may be left out when the run is computed again has a series of its own.
  struct Seeds {
    Id seed{};
    std::uint64_t given = 0;
  };
  Seeds seeds() const noexcept { return seeds_; }
  void use_seeds(const Seeds& seeds) noexcept { seeds_ = seeds; }

 private:
  Core* core_;
  const Message* message_;
  document::Arena* arena_;
  Origin* origin_;
  std::vector<Variable> variables_{};
  std::vector<std::string_view> written_{};
  // $random() and $uuid(): by message, branch and the number of the evaluation, so that each expression gets others, and the same
  // ones when the message is computed again.
  Id next_seed() noexcept;
  Seeds seeds_;
};

// Body as the bytes that go out: as they came when nothing changed them, else written in its format (default json).
// Text in bytes and text formats is its UTF-8. Fault malformed: the document does not fit the format.
Result<std::string_view> bytes_of(Run& run, const Body& body, std::string& scratch);
std::string content_type_of(const Body& body);

}  // namespace arint::message
