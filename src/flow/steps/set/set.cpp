// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/settings.hpp"
#include "flow/catalog.hpp"
#include "flow/values/literal.hpp"

namespace arint::flow {
namespace {

struct Options {
  declare::Fields<declare::Value> set{};
  std::optional<std::string> into{};
};

class Set : public Step {
 public:
  struct One {
    std::vector<std::string> place;
    Constant value;
  };
  std::vector<One> all{};
  std::string into{};

  runtime::Task<Result<void>> run(message::Run& run) const override {
    document::Value base;
    if (!into.empty()) {
      const message::Variable* known = run.variable(into);
      if (known) base = known->value;
    } else {
      Result<const document::Value*> body = run.document();
      if (!body) co_return body.error();
      base = **body;
    }
    if (!base.is_object() && !base.is_absent())
      co_return Error{Fault::malformed, "set needs an object to set fields of; there is " + document::described(base)};
    for (const One& one : all) {
      Result<document::Value> value = one.value.value(run);
      if (!value) co_return value.error();
      base = with_place(run.arena(), base, one.place, *value);
      // Each field sees those set before it.
      if (into.empty()) run.set_document(base);
    }
    if (!into.empty()) run.set_variable(into, base);
    co_return Result<void>();
  }
  bool uses_body() const noexcept override {
    if (into.empty()) return true;
    for (const One& one : all)
      if (one.value.uses_body()) return true;
    return false;
  }
};

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<Set>();
  for (const auto& [name, value] : options.set) step->all.push_back({place(name), Constant::compile(value, build.reading)});
  step->into = options.into.value_or("");
  return step;
}

}  // namespace

Verb set_verb() {
  return {declare::Settings<Options>{"set", "Sets fields of the body (or of a variable), in order; each sees those set before it."}
              .beside()
              .add(&Options::set, {.name = "set", .help = "Field (dots go inside) to value: a text is an expression, anything else is taken "
                                                          "as it is.",
                                   .required = true, .example = "{ total: \"$sum(items.(price * quantity))\", currency: \"'EUR'\" }"})
              .add(&Options::into, {.name = "into", .help = "Set fields of this variable instead of the body.", .example = "summary"})
              .shape(),
          make};
}

}  // namespace arint::flow
