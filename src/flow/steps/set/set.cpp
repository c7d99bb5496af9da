// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "base/text.hpp"
#include "declare/settings.hpp"
#include "flow/catalog.hpp"
#include "flow/values/rescued.hpp"

namespace arint::flow {
namespace {

struct Options {
  declare::Fields<declare::Value> set{};
  declare::Fields<declare::Value> fallbacks{};
  declare::Fields<declare::Value> on_error{};
  declare::Fields<As> as{};
  std::optional<std::string> into{};
};

class Set : public Step {
 public:
  struct One {
    std::vector<std::string> place;
    Rescued value;
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

template <class T>
const T* named(const declare::Fields<T>& fields, const std::string& name) {
  for (const auto& [known, value] : fields)
    if (known == name) return &value;
  return nullptr;
}

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<Set>();
  step->into = build.into(options.into, choice);
  for (const auto& [name, value] : options.set) {
    const bool as_array = named(options.as, name) != nullptr;
    step->all.push_back({place(name), Rescued::compile(value, named(options.fallbacks, name), named(options.on_error, name), as_array, build.reading)});
    if (!as_array) build.lists.check(step->all.back().value.expression(), "`as: { " + name + ": array }`", build.reading);
    if (step->into.empty()) build.lists.body_field_changed(step->all.back().place[0]);
  }
  return step;
}

// `default`, `on_error` and `as` speak of fields that are set here.
void check_names(Options& options, const declare::Node& node, declare::Reading& reading) {
  std::vector<std::string> names;
  for (const auto& [name, value] : options.set) names.push_back(name);
  for (const char* option : {"default", "on_error", "as"}) {
    const declare::Node* written = node.find(option);
    for (std::size_t i = 0; written && i < written->members.size(); ++i) {
      const declare::Member& member = written->members[i];
      if (std::find(names.begin(), names.end(), member.name) != names.end()) continue;
      declare::Reading::Inside inside(reading, option);
      const std::string near = nearest(member.name, names);
      reading.fault(member.at, "`set` sets no field " + quoted(member.name) + (near.empty() ? "; it sets " + join(names, ", ") : "; did you mean " + quoted(near) + "?"));
    }
  }
}

}  // namespace

Verb set_verb() {
  return {declare::Settings<Options>{"set", "Sets fields of the body (or of a variable), in order; each sees those set before it."}
              .beside()
              .add(&Options::set, {.name = "set", .help = "Field (dots go inside) to value: a text is an expression, anything else is taken "
                                                          "as it is.",
                                   .required = true, .example = "{ total: \"$sum(items.(price * quantity))\", currency: \"'EUR'\" }"})
              .add(&Options::fallbacks, {.name = "default", .help = "Of a field: what it becomes when its expression gives nothing.",
                                         .example = "{ currency: \"'EUR'\" }"})
              .add(&Options::on_error, {.name = "on_error", .help = "Of a field: what it becomes when its expression fails, instead of failing the step.",
                                        .example = "{ total: null }"})
              .add(&Options::as, {.name = "as", .help = "Of a field: `array` makes a list of whatever its expression gives, of nothing an empty one.",
                                  .example = "{ lines: array }"})
              .add(&Options::into, {.name = "into", .help = "Set fields of this variable instead of the body.", .example = "summary"})
              .check(check_names)
              .shape(),
          make};
}

}  // namespace arint::flow
