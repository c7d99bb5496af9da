// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "declare/settings.hpp"
#include "flow/catalog.hpp"
#include "flow/service.hpp"

namespace arint::flow {
namespace {

struct Options {
  declare::Name service{};
  declare::Expression body{};
  std::optional<std::string> into{};
};

class Call : public Step {
 public:
  const Service* service = nullptr;
  message::Expression body{};
  std::string into{}, path{};

  runtime::Task<Result<void>> run(message::Run& run) const override {
    std::unique_ptr<message::Run> inner = run.branch(run.arena());
    inner->call_depth = run.call_depth + 1;
    if (run.journal) inner->scope = run.arena().copy(std::string(run.scope) + path + ">");
    if (body.given()) {
      Result<document::Value> value = run.evaluate(body);
      if (!value) co_return value.error();
      inner->set_document(*value);
    }
    Result<void> done = co_await service->run(*inner);
    run.now_ms = std::max(run.now_ms, inner->now_ms);
    if (!done) {
      run.failure = std::move(inner->failure);  // it names the place inside the called service
      co_return done;
    }
    if (into.empty()) co_return Result<void>();
    if (inner->reply.body) inner->body = *inner->reply.body;
    Result<const document::Value*> answer = inner->document();
    if (!answer) co_return answer.error();
    run.set_variable(into, **answer, inner->body.format);
    co_return Result<void>();
  }
};

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<Call>();
  auto found = build.services.find(options.service.text);
  if (found == build.services.end()) return nullptr;  // the check of references says so
  step->service = found->second.get();
  if (build.traits) build.traits->calls.push_back(options.service.text);
  step->body = message::Expression::compile(options.body, build.reading);
  step->into = build.into(options.into, choice);
  step->path = build.path();
  return step;
}

}  // namespace

Verb call_verb() {
  return {declare::Settings<Options>{"call", "Runs another service on a copy of the body; what it answers goes to `into`."}
              .add(&Options::service, {.name = "service", .help = "Which service.", .required = true, .example = "price-order", .refers = "service"})
              .add(&Options::body, {.name = "body", .help = "Its body, instead of the present one.", .example = "items[0]"})
              .add(&Options::into, {.name = "into", .help = "Variable that receives its answer.", .example = "priced"})
              .shorthand("service")
              .shape(),
          make};
}

}  // namespace arint::flow
