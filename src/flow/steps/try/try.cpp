// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "base/text.hpp"
#include "declare/settings.hpp"
#include "flow/catalog.hpp"
#include "flow/values/described.hpp"

namespace arint::flow {
namespace {

struct Catch {
  std::optional<declare::Node> on{};
  declare::Steps steps{};
};
struct Options {
  declare::Steps steps{};
  std::vector<Catch> catches{};
  declare::Steps finally{};
};

// How long `finally` may take in a run that is out of time or cancelled.
constexpr Millis finally_limit{5'000};

class Try : public Step {
 public:
  struct Handler {
    std::vector<Fault> on;  // empty: any
    Sequence steps;
  };
  Sequence steps{};
  std::vector<Handler> handlers{};
  Sequence finally{};

  runtime::Task<Result<void>> run(message::Run& run) const override {
    Result<void> done = co_await steps.run(run);
    if (!done) {
      const Handler* handler = handler_for(done.error().fault);
      if (handler) {
        run.set_variable("fault", described(run, done.error()));
        run.failure.reset();
        done = co_await handler->steps.run(run);
      }
    }
    // A durable run that leaves comes back: it has not ended.
    if (finally.empty() || (run.journal && run.journal->leaving())) co_return done;
    runtime::Context* context = co_await runtime::this_context();
    runtime::Shield shield(*context, finally_limit);
    std::optional<message::Failure> first = std::move(run.failure);
    run.failure.reset();
    Result<void> cleaned = co_await finally.run(run);
    if (!done) {  // the first fault is the one to tell
      run.failure = std::move(first);
      co_return done;
    }
    co_return cleaned;
  }
  bool uses_body() const noexcept override {
    return steps.uses_body() || finally.uses_body() ||
           std::any_of(handlers.begin(), handlers.end(), [](const Handler& handler) { return handler.steps.uses_body(); });
  }

 private:
  // Being stopped is no fault of the message: nothing catches it.
  const Handler* handler_for(Fault fault) const {
    if (fault == Fault::cancelled) return nullptr;
    for (const Handler& handler : handlers)
      if (handler.on.empty() || std::find(handler.on.begin(), handler.on.end(), fault) != handler.on.end()) return &handler;
    return nullptr;
  }
};

std::vector<Fault> faults(const declare::Node& node, declare::Reading& reading) {
  std::vector<Fault> out;
  std::vector<const declare::Node*> words;
  if (node.kind == declare::Kind::scalar) words.push_back(&node);
  for (const declare::Node& item : node.items) words.push_back(&item);
  if (words.empty()) reading.fault(node.at, "on: the kind of fault, or a list of kinds; leave it out for any fault");
  for (const declare::Node* written : words) {
    if (auto fault = fault_named(written->text); fault && *fault != Fault::cancelled) {
      out.push_back(*fault);
      continue;
    }
    const std::vector<std::string> known{"unreachable", "timeout", "busy", "refused", "rejected", "malformed", "bug"};
    std::string near = nearest(written->text, known);
    reading.fault(written->at, quoted(written->text) + " is no fault that can be caught; allowed: " + join(known, ", ") +
                                   (near.empty() ? "" : "; nearest: " + near));
  }
  return out;
}

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<Try>();
  step->steps = build.steps(options.steps);
  for (std::size_t i = 0; i < options.catches.size(); ++i) {
    const Catch& one = options.catches[i];
    declare::Reading::Inside handlers(build.reading, "catch");
    declare::Reading::Inside handler(build.reading, i);
    step->handlers.push_back({one.on ? faults(*one.on, build.reading) : std::vector<Fault>(), build.steps("do", one.steps)});
  }
  if (options.finally.node.kind != declare::Kind::null) step->finally = build.steps("finally", options.finally);
  return step;
}

declare::Settings<Catch> catch_settings() {
  return declare::Settings<Catch>{"catch", "What to do about some kinds of fault; $fault tells { kind, error, status, peer_words, step, outgoing }."}
      .add(&Catch::on, {.name = "on", .help = "Kind of fault, or a list of kinds; without it any.", .example = "[unreachable, timeout]"})
      .add(&Catch::steps, {.name = "do", .help = "Steps to run instead of failing.", .required = true, .example = "[ set: { status: \"'waiting'\" } ]"});
}

}  // namespace

Verb try_verb() {
  return {declare::Settings<Options>{"try", "Handles faults: the first `catch` that names the fault is run, `finally` always is."}
              .beside()
              .add(&Options::steps, {.name = "try", .help = "Steps whose faults are handled.", .required = true, .example = "[ send: { to: erp } ]"})
              .section(&Options::catches, {.name = "catch", .help = "Handlers, asked in order.", .example = "[ { on: rejected, do: [ log: refused ] } ]"},
                       catch_settings())
              .add(&Options::finally, {.name = "finally", .help = "Steps that run in every case, for at most 5s when the run is out of time.",
                                       .example = "[ send: { to: lock, path: /release } ]"})
              .shape(),
          make};
}

}  // namespace arint::flow
