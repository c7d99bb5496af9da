// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/settings.hpp"
#include "flow/catalog.hpp"
#include "flow/values/event_name.hpp"
#include "runtime/time/wall.hpp"

namespace arint::flow {
namespace {

struct Options {
  std::string event{};
  declare::Expression key{};
  Millis limit{};
  std::optional<std::string> into{};
  declare::Steps on_timeout{};
};

class WaitFor : public Step {
 public:
  std::string event{}, into{}, path{};
  message::Expression key{};
  Millis limit{};
  std::optional<Sequence> on_timeout{};

  runtime::Task<Result<void>> run(message::Run& run) const override {
    using Known = message::Journal::Known;
    if (!run.journal) co_return Error{Fault::malformed, "wait_for waits in the store, so it has its place behind durable channels only"};
    message::Journal& journal = *run.journal;
    // Also when the answer is recorded, so that what comes after draws the same numbers.
    Result<std::string> which = event_key(run, key);
    if (!which) co_return which.error();
    const std::string step = journal.step_of(run, path);
    Result<Known> known = journal.known(run, step);
    if (!known) co_return known.error();
    if (known->as == Known::As::answered) co_return came(run, known->answer);
    if (known->as != Known::As::failed) {
      const message::EventKey place{event, *which};
      const std::int64_t now_ms = runtime::wall_ms();
      const std::int64_t due_ms = known->first_ms ? known->first_ms : now_ms + limit.count();
      Result<std::optional<document::Value>> taken = co_await journal.take_event(run, step, place);
      if (!taken) co_return taken.error();
      if (*taken) co_return came(run, **taken);
      if (due_ms > now_ms) co_return journal.wait_at(run, step, place, due_ms);
      const Error late{Fault::timeout, "the event " + event + " with key " + *which + " did not come within " + to_text(limit)};
      journal.fail(run, {step, {}, 1, due_ms, {}}, late);
      known->error = late;
    }
    // What an undone service is given is another fault, and ends the flow.
    if (!on_timeout || known->error.fault != Fault::timeout) co_return known->error;
    Result<void> instead = co_await on_timeout->run(run);
    co_return instead;
  }
  bool uses_body() const noexcept override { return key.uses_body() || (on_timeout && on_timeout->uses_body()); }

 private:
  Result<void> came(message::Run& run, const document::Value& value) const {
    if (!into.empty()) run.set_variable(into, value);
    return {};
  }
};

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<WaitFor>();
  check_event_name(options.event, choice, build);
  step->event = options.event;
  step->key = message::Expression::compile(options.key, build.reading);
  step->limit = options.limit;
  step->into = build.into(options.into, choice);
  step->path = build.path();
  if (options.on_timeout.node.kind != declare::Kind::null) step->on_timeout = build.steps("on_timeout", options.on_timeout);
  build.needs(Traits::Needs::nobody_waits, "wait_for", choice.at);
  if (build.traits) build.traits->awaited.push_back({options.event, choice.at, build.path()});
  return step->key.given() ? std::move(step) : nullptr;
}

}  // namespace

Verb wait_for_verb() {
  return {declare::Settings<Options>{"wait_for", "Waits for an event that a step `emit` gives: a person's decision, a partner's answer. The message waits in the store, for days "
                                                 "and over restarts. One that came before is kept, and taken at once."}
              .add(&Options::event, {.name = "event", .help = "Name of the event.", .required = true, .example = "approval"})
              .add(&Options::key, {.name = "key", .help = "Which of them: text or a number, as in `emit`.", .required = true, .example = "payment_id"})
              .add(&Options::limit, {.name = "for", .help = "How long. Then the fault is timeout, unless `on_timeout` says what to do.", .required = true, .example = "48h", .least = "1ms"})
              .add(&Options::into, {.name = "into", .help = "Variable that receives what the event brings.", .example = "decision"})
              .add(&Options::on_timeout, {.name = "on_timeout", .help = "Steps instead of the fault; then the flow goes on, without the variable.",
                                          .example = "[ set: { status: \"'nobody decided'\" } ]"})
              .shape(),
          make};
}

}  // namespace arint::flow
