// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/settings.hpp"
#include "flow/catalog.hpp"
#include "format/catalog.hpp"

namespace arint::flow {
namespace {

struct Options {
  declare::Expression expression{};
  std::optional<declare::File> file{};
  std::optional<declare::Name> as{};
  std::optional<std::string> into{};
};

class Map : public Step {
 public:
  message::Expression expression{};
  const format::Format* as = nullptr;
  std::string into{};

  runtime::Task<Result<void>> run(message::Run& run) const override {
    Result<document::Value> value = run.evaluate(expression);
    if (!value) co_return value.error();
    if (!into.empty()) {
      run.set_variable(into, *value, as);
    } else {
      run.set_document(*value);
      if (as) run.body.format = as;
    }
    co_return Result<void>();
  }
  bool uses_body() const noexcept override { return into.empty() || expression.uses_body(); }
};

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<Map>();
  step->expression = options.file ? message::Expression::compile_file(*options.file, build.reading)
                                  : message::Expression::compile(options.expression, build.reading);
  if (!step->expression.given()) return nullptr;
  if (options.as) step->as = build.core.format(options.as->text);
  step->into = options.into.value_or("");
  return step;
}

}  // namespace

Verb map_verb() {
  return {declare::Settings<Options>{"map", "Makes a new body (or a variable) of the present one with a JSONata expression."}
              .add(&Options::expression, {.name = "expr", .help = "The expression, here in the file.", .example = "\"{ 'id': id }\""})
              .add(&Options::file, {.name = "file", .help = "The expression, in a file of the project.", .example = "maps/order-to-erp.jsonata"})
              .add(&Options::as, {.name = "as", .help = "Format in which the result is written when it goes out.", .example = "xml", .refers = "format"})
              .add(&Options::into, {.name = "into", .help = "Write this variable and leave the body alone.", .example = "erp_order"})
              .exactly_one({"expr", "file"})
              .shorthand("expr")
              .shape(),
          make};
}

}  // namespace arint::flow
