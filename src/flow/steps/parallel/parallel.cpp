// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "declare/settings.hpp"
#include "flow/catalog.hpp"

namespace arint::flow {
namespace {

enum class OnFault { fail, partial };
[[maybe_unused]] const declare::Words<OnFault>& words_of(OnFault) {
  static const declare::Words<OnFault> words{{"fail", OnFault::fail}, {"partial", OnFault::partial}};
  return words;
}

struct Options {
  declare::Fields<declare::Steps> branches{};
  std::optional<Millis> timeout{};
  OnFault on_fault = OnFault::fail;
  std::optional<std::string> into{};
};

// What one branch left behind.
struct Outcome {
  std::unique_ptr<message::Run> run{};
  std::optional<Error> error{};
};

runtime::Task<> run_branch(const Sequence* steps, Outcome* out, Millis timeout) {
  runtime::Context* context = co_await runtime::this_context();
  runtime::Deadline limit(*context, timeout);
  Result<void> done = co_await steps->run(*out->run);
  if (!done) out->error = done.error();
}

class Parallel : public Step {
 public:
  std::vector<std::pair<std::string, Sequence>> branches{};
  Millis timeout = Millis::max();
  OnFault on_fault = OnFault::fail;
  std::string into{};

  runtime::Task<Result<void>> run(message::Run& run) const override {
    // Read the document once, before it is shared.
    if (run.body.state == message::Body::State::raw) {
      Result<const document::Value*> body = run.document();
      if (!body) co_return body.error();
    }
    runtime::Context* context = co_await runtime::this_context();
    std::vector<Outcome> outcomes(branches.size());
    runtime::TaskGroup group(*context, runtime::Siblings::go_on);
    for (std::size_t i = 0; i < branches.size(); ++i) {
      outcomes[i].run = run.branch(run.arena());
      outcomes[i].run->beside = true;
      group.spawn(run_branch(&branches[i].second, &outcomes[i], timeout));
    }
    std::exception_ptr escaped = co_await group.join();
    if (escaped) std::rethrow_exception(escaped);
    for (const Outcome& outcome : outcomes) run.now_ms = std::max(run.now_ms, outcome.run->now_ms);
    // A branch waits: the whole run does, and what the others have is recorded.
    if (run.journal && run.journal->leaving()) co_return Error{Fault::cancelled, "the run waits"};
    std::vector<document::Member> members;
    for (std::size_t i = 0; i < branches.size(); ++i) {
      Outcome& outcome = outcomes[i];
      if (outcome.error && on_fault == OnFault::fail) {
        run.failure = std::move(outcome.run->failure);
        co_return *outcome.error;
      }
      members.push_back({branches[i].first, outcome.error ? described(run.arena(), *outcome.error) : outcome.run->written()});
    }
    if (!into.empty()) run.set_variable(into, document::object_of(run.arena(), members));
    co_return Result<void>();
  }

 private:
  static document::Value described(document::Arena& arena, const Error& error) {
    document::Member members[] = {{"fault", document::Value::text(word(error.fault))},
                                  {"error", document::text_of(arena, error.sentence)},
                                  {"status", error.status ? document::Value::integer(error.status) : document::Value::null()}};
    return document::object_of(arena, members);
  }
};

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<Parallel>();
  for (const auto& [name, steps] : options.branches) step->branches.emplace_back(name, build.steps(name, steps));
  step->timeout = options.timeout.value_or(Millis::max());
  step->on_fault = options.on_fault;
  step->into = build.into(options.into, choice);
  return step;
}

}  // namespace

Verb parallel_verb() {
  return {declare::Settings<Options>{"parallel", "Scatter-gather: runs branches at the same time, each on a copy of body and variables. What a "
                                                 "branch wrote with `into:` comes back as one object per branch."}
              .add(&Options::branches, {.name = "branches", .help = "Name of each branch and its steps.", .required = true,
                                        .example = "{ crm: [ send: { to: crm, into: answer } ] }"})
              .add(&Options::timeout, {.name = "timeout", .help = "Each branch has this long, never longer than the caller waits.", .example = "800ms"})
              .add(&Options::on_fault, {.name = "on_fault", .help = "`fail`: the first fault in branch order is the step's, once all have ended. "
                                                                    "`partial`: a failed branch comes back as { fault, error, status }.",
                                        .fallback = "fail"})
              .add(&Options::into, {.name = "into", .help = "Variable that receives the results by branch name.", .example = "asked"})
              .shape(),
          make};
}

}  // namespace arint::flow
