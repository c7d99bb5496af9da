// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/settings.hpp"
#include "flow/catalog.hpp"
#include "flow/values/event_name.hpp"

namespace arint::flow {
namespace {

struct Options {
  std::string event{};
  declare::Expression key{}, body{};
  Millis keep{};
};

class Emit : public Step {
 public:
  std::string event{}, path{};
  message::Expression key{}, body{};
  Millis keep{};

  runtime::Task<Result<void>> run(message::Run& run) const override {
    // Also when it is recorded, so that what comes after draws the same numbers.
    Result<std::string> which = event_key(run, key);
    if (!which) co_return which.error();
    Result<document::Value> value = what(run);
    if (!value) co_return value.error();
    std::string step;
    if (run.journal) {
      step = run.journal->step_of(run, path);
      Result<message::Journal::Known> known = run.journal->known(run, step);
      if (!known) co_return known.error();
      if (known->as == message::Journal::Known::As::failed) co_return known->error;
      if (known->as == message::Journal::Known::As::answered) co_return Result<void>();
    }
    const message::EventKey place{event, *which};
    Result<void> given;
    if (run.journal) given = co_await run.journal->emit(run, step, place, *value, keep);
    else if (run.core().events) given = co_await run.core().events->emit(place, *value, keep);
    else given = Error{Fault::rejected, "emit: this node has no store, since no channel is durable; so nobody can wait for the event"};
    co_return given;
  }

 private:
  Result<document::Value> what(message::Run& run) const {
    if (body.given()) return run.evaluate(body);
    Result<const document::Value*> whole = run.document();
    if (!whole) return whole.error();
    return **whole;
  }
};

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<Emit>();
  check_event_name(options.event, choice, build);
  step->event = options.event;
  step->key = message::Expression::compile(options.key, build.reading);
  step->body = message::Expression::compile(options.body, build.reading);
  step->keep = options.keep;
  step->path = build.path();
  if (build.traits) build.traits->emitted.push_back({options.event, choice.at, build.path()});
  return step->key.given() ? std::move(step) : nullptr;
}

}  // namespace

Verb emit_verb() {
  return {declare::Settings<Options>{"emit", "Gives an event to the message that waits for it (`wait_for`), or keeps it until one does. It is on disk when the step has ended; each "
                                             "event is taken once."}
              .add(&Options::event, {.name = "event", .help = "Name of the event.", .required = true, .example = "approval"})
              .add(&Options::key, {.name = "key", .help = "Which of them: text or a number, as in `wait_for`.", .required = true, .example = "payment_id"})
              .add(&Options::body, {.name = "body", .help = "What it brings; without it the body.", .example = "\"{ 'by': $principal }\""})
              .add(&Options::keep, {.name = "keep", .help = "How long it waits for somebody to take it.", .fallback = "7d", .least = "1s"})
              .shape(),
          make};
}

}  // namespace arint::flow
