// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/settings.hpp"
#include "flow/catalog.hpp"
#include "flow/values/rescued.hpp"
#include "format/catalog.hpp"

namespace arint::flow {
namespace {

struct Options {
  declare::Expression expression{};
  std::optional<declare::File> file{};
  std::optional<declare::Name> as{};
  std::optional<declare::Value> fallback{};
  std::optional<declare::Value> on_error{};
  std::optional<std::string> into{};
};

// No format: a list, whatever the expression gives, in the format that the result has anyway.
constexpr std::string_view array_word = "array";

class Map : public Step {
 public:
  Rescued value{};
  const format::Format* as = nullptr;
  std::string into{};

  runtime::Task<Result<void>> run(message::Run& run) const override {
    Result<document::Value> made = value.value(run);
    if (!made) co_return made.error();
    if (!into.empty()) {
      run.set_variable(into, *made, as);
    } else {
      run.set_document(*made);
      if (as) run.body.format = as;
    }
    co_return Result<void>();
  }
  bool uses_body() const noexcept override { return into.empty() || value.uses_body(); }
};

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<Map>();
  message::Expression expression = options.file ? message::Expression::compile_file(*options.file, build.reading)
                                                : message::Expression::compile(options.expression, build.reading);
  if (!expression.given()) return nullptr;
  const bool as_array = options.as && options.as->text == array_word;
  if (!as_array) build.lists.check(expression, options.as ? "" : "`as: array`", build.reading);
  if (!options.into) build.lists.body_is(nullptr);
  step->value = Rescued(std::move(expression), options.fallback ? &*options.fallback : nullptr, options.on_error ? &*options.on_error : nullptr, as_array, build.reading);
  if (options.as && !as_array) step->as = build.core.format(options.as->text);
  step->into = build.into(options.into, choice);
  return step;
}

}  // namespace

Verb map_verb() {
  return {declare::Settings<Options>{"map", "Makes a new body (or a variable) of the present one with a JSONata expression."}
              .add(&Options::expression, {.name = "expr", .help = "The expression, here in the file.", .example = "\"{ 'id': id }\""})
              .add(&Options::file, {.name = "file", .help = "The expression, in a file of the project.", .example = "maps/order-to-erp.jsonata"})
              .add(&Options::as, {.name = "as", .help = "Format in which the result is written when it goes out; or `array`: a list, of nothing an empty one, whatever the expression gives.",
                                  .example = "xml", .refers = "format or array"})
              .add(&Options::fallback, {.name = "default", .help = "What the result is when the expression gives nothing.", .example = "{ found: false }"})
              .add(&Options::on_error, {.name = "on_error", .help = "What the result is when the expression fails, instead of failing the step.", .example = "{ found: false }"})
              .add(&Options::into, {.name = "into", .help = "Write this variable and leave the body alone.", .example = "erp_order"})
              .exactly_one({"expr", "file"})
              .shorthand("expr")
              .shape(),
          make};
}

}  // namespace arint::flow
