// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/settings.hpp"
#include "flow/catalog.hpp"
#include "flow/values/literal.hpp"

namespace arint::flow {
namespace {

struct Options {
  std::vector<std::string> names{};
  std::optional<std::string> into{};
};

class Delete : public Step {
 public:
  std::vector<std::vector<std::string>> places{};
  std::string into{};

  runtime::Task<Result<void>> run(message::Run& run) const override {
    document::Value base;
    if (into.empty()) {
      Result<const document::Value*> body = run.document();
      if (!body) co_return body.error();
      base = **body;
    } else if (const message::Variable* known = run.variable(into)) {
      base = known->value;
    }
    for (const auto& place : places) base = without_place(run.arena(), base, place);
    if (into.empty()) run.set_document(base);
    else run.set_variable(into, base);
    co_return Result<void>();
  }
  bool uses_body() const noexcept override { return into.empty(); }
};

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<Delete>();
  for (const std::string& name : options.names) step->places.push_back(place(name));
  step->into = build.into(options.into, choice);
  return step;
}

}  // namespace

Verb delete_verb() {
  return {declare::Settings<Options>{"delete", "Takes fields out of the body (or of a variable)."}
              .beside()
              .add(&Options::names, {.name = "delete", .help = "Fields to take out; dots go inside. One that is not there is no fault.",
                                     .required = true, .example = "[card, customer.phone]"})
              .add(&Options::into, {.name = "into", .help = "Take them out of this variable instead of the body.", .example = "summary"})
              .shape(),
          make};
}

}  // namespace arint::flow
