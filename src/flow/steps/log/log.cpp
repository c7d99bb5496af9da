// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/writer.hpp"

#include "declare/settings.hpp"
#include "flow/catalog.hpp"

namespace arint::flow {
namespace {

struct Options {
  declare::Expression text{};
  declare::Fields<declare::Expression> fields{};
};

class Log : public Step {
 public:
  message::Template text{};
  std::vector<std::pair<std::string, message::Template>> fields{};

  runtime::Task<Result<void>> run(message::Run& run) const override {
    std::string said;
    Result<void> rendered = text.render(run, message::Escape::none, said);
    if (!rendered) co_return rendered;
    std::vector<std::string> values(fields.size());
    std::vector<log::Field> named;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      Result<void> value = fields[i].second.render(run, message::Escape::none, values[i]);
      if (!value) co_return value;
      named.push_back({fields[i].first, values[i]});
    }
    if (!run.core().log) co_return Result<void>();
    log::Action line;
    line.kind = log::Kind::logged;
    line.cid = run.message().trace.cid;
    line.message = run.message().id;
    line.channel = run.message().channel;
    line.service = run.service;
    line.text = said;
    line.fields = named;
    run.core().log->write(line);
    co_return Result<void>();
  }
  bool uses_body() const noexcept override {
    for (const auto& [name, value] : fields)
      if (value.uses_body()) return true;
    return text.uses_body();
  }
};

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<Log>();
  step->text = message::Template::compile(options.text, build.reading);
  for (const auto& [name, value] : options.fields) step->fields.emplace_back(name, message::Template::compile(value, build.reading));
  return step;
}

}  // namespace

Verb log_verb() {
  return {declare::Settings<Options>{"log", "Writes a line into the action log."}
              .add(&Options::text, {.name = "text", .help = "Text; {expressions} in it are replaced.", .required = true, .example = "\"order {id} is large\"", .in_text = true})
              .add(&Options::fields, {.name = "fields", .help = "Further fields of the line; {expressions} in their values are replaced.",
                                      .example = "{ customer: \"{customer.id}\" }", .in_text = true})
              .shorthand("text")
              .shape(),
          make};
}

}  // namespace arint::flow
