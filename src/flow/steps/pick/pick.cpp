// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.hpp"
#include "declare/settings.hpp"
#include "document/pointer.hpp"
#include "flow/catalog.hpp"
#include "flow/values/literal.hpp"

namespace arint::flow {
namespace {

struct Options {
  declare::Expression at{};
  declare::Expression of{};
  std::optional<declare::Value> fallback{};
  std::optional<std::string> into{};
};

class Pick : public Step {
 public:
  message::Template at{};
  message::Expression of{};
  std::optional<Constant> fallback{};
  std::string into{};

  runtime::Task<Result<void>> run(message::Run& run) const override {
    std::string text;
    Result<void> rendered = at.render(run, message::Escape::none, text);
    if (!rendered) co_return rendered;
    Result<document::Pointer> pointer = document::Pointer::parse(text);
    if (!pointer) co_return pointer.error();
    document::Value from;
    if (of.given()) {
      Result<document::Value> chosen = run.evaluate(of);
      if (!chosen) co_return chosen.error();
      from = *chosen;
    } else {
      Result<const document::Value*> body = run.document();
      if (!body) co_return body.error();
      from = **body;
    }
    const document::Value* there = pointer->find(from);
    document::Value picked;
    if (there) {
      picked = *there;
    } else if (fallback) {
      Result<document::Value> instead = fallback->value(run);
      if (!instead) co_return instead.error();
      picked = *instead;
    } else {
      co_return Error{Fault::malformed, "there is nothing at " + quoted(text) + " in " + document::described(from) + "; `default` would say what to take then"};
    }
    if (into.empty())
      run.set_document(picked);
    else
      run.set_variable(into, picked);
    co_return Result<void>();
  }
  bool uses_body() const noexcept override {
    return into.empty() || !of.given() || of.uses_body() || at.uses_body() || (fallback && fallback->uses_body());
  }
};

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<Pick>();
  step->at = message::Template::compile(options.at, build.reading);
  // What is wrong with a pointer that is always the same is told at load.
  if (options.at.source.find('{') == std::string::npos) {
    Result<document::Pointer> pointer = document::Pointer::parse(options.at.source);
    if (!pointer) build.reading.fault(options.at.at, pointer.error().sentence);
  }
  step->of = message::Expression::compile(options.of, build.reading);
  if (options.fallback) step->fallback = Constant::compile(*options.fallback, build.reading);
  step->into = build.into(options.into, choice);
  if (!options.into) build.lists.body_is(nullptr);
  return step;
}

}  // namespace

Verb pick_verb() {
  return {declare::Settings<Options>{"pick", "Takes one value out of the body by its JSON Pointer (RFC 6901), where a name may hold any character."}
              .add(&Options::at, {.name = "at", .help = "The pointer; {expressions} in it are replaced, as they are.", .required = true,
                                  .example = "/items/0/price", .in_text = true})
              .add(&Options::of, {.name = "of", .help = "What to take it from instead of the body.", .example = "$answer.body"})
              .add(&Options::fallback, {.name = "default", .help = "What to take when nothing is there; without it that is a fault.", .example = "0"})
              .add(&Options::into, {.name = "into", .help = "Write this variable and leave the body alone.", .example = "price"})
              .shorthand("at")
              .shape(),
          make};
}

}  // namespace arint::flow
