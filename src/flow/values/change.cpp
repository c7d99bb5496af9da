// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/values/change.hpp"

#include <optional>

#include "declare/settings.hpp"
#include "flow/values/literal.hpp"

namespace arint::flow {
namespace {

struct Options {
  declare::Value with{};
  declare::Expression of{};
  std::optional<std::string> into{};
};

class Changed : public Step {
 public:
  Change change = nullptr;
  Constant with{};
  message::Expression of{};
  std::string into{};

  runtime::Task<Result<void>> run(message::Run& run) const override {
    Result<document::Value> by = with.value(run);
    if (!by) co_return by.error();
    document::Value target;
    if (of.given()) {
      Result<document::Value> chosen = run.evaluate(of);
      if (!chosen) co_return chosen.error();
      target = *chosen;
    } else {
      Result<const document::Value*> body = run.document();
      if (!body) co_return body.error();
      target = **body;
    }
    Result<document::Value> made = change(run.arena(), target, *by);
    if (!made) {
      run.failure.emplace();
      run.failure->answer = made.error().fault == Fault::malformed ? 400 : 409;
      run.failure->told = run.arena().copy(made.error().sentence);
      co_return made.error();
    }
    if (into.empty())
      run.set_document(*made);
    else
      run.set_variable(into, *made);
    co_return Result<void>();
  }
  bool uses_body() const noexcept override { return into.empty() || !of.given() || of.uses_body() || with.uses_body(); }
};

}  // namespace

declare::Shape change_shape(std::string name, std::string help, std::string with, std::string example) {
  return declare::Settings<Options>{std::move(name), std::move(help)}
      .add(&Options::with, {.name = "with", .help = std::move(with), .required = true, .example = std::move(example)})
      .add(&Options::of, {.name = "of", .help = "What to change instead of the body.", .example = "$stored.rows[0].document"})
      .add(&Options::into, {.name = "into", .help = "Write this variable and leave the body alone.", .example = "changed"})
      .shorthand("with")
      .shape();
}

std::unique_ptr<Step> change_step(const declare::Choice& choice, Build& build, Change change) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<Changed>();
  step->change = change;
  step->with = Constant::compile(options.with, build.reading);
  step->of = message::Expression::compile(options.of, build.reading);
  step->into = build.into(options.into, choice);
  if (!options.into) build.lists.body_is(nullptr);
  return step;
}

}  // namespace arint::flow
