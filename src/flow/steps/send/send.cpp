// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/settings.hpp"
#include "flow/catalog.hpp"

namespace arint::flow {
namespace {

struct Options {
  declare::Name to{};
  std::optional<std::string> into{};
  declare::Fields<declare::Node> others{};
  Position at{};
};

class Send : public Step {
 public:
  outgoing::Outgoing* to = nullptr;
  std::unique_ptr<outgoing::Operation> operation{};
  std::string into{}, path{};

  runtime::Task<Result<void>> run(message::Run& run) const override {
    const outgoing::Site site{"send", path};
    Result<document::Value> answer = co_await to->send(run, *operation, site, !into.empty());
    if (!answer) {
      run.failure.emplace();
      run.failure->outgoing = to->name();
      co_return answer.error();
    }
    if (!into.empty()) run.set_variable(into, *answer);
    co_return Result<void>();
  }
};

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<Send>();
  step->to = build.outgoing(options.to);
  step->into = build.into(options.into, choice);
  step->path = build.path();
  if (!step->to) return nullptr;  // the check of references says so
  // What stands beside `to` and `into` is for the connector.
  declare::Node rest = declare::map_node(options.at);
  for (const auto& [name, node] : options.others) {
    const declare::Member* member = choice.node.member(name);
    rest.members.push_back(member ? *member : declare::Member{name, node.at, node});
  }
  step->operation = step->to->connection().prepare(rest, build.reading);
  if (!step->operation) return nullptr;
  if (const message::Expression* document = step->operation->document()) build.lists.check(*document, "", build.reading);
  const std::string_view list = step->to->connection().answer_list();
  if (options.into && !list.empty()) build.lists.variable_holds(*options.into, list);
  return step;
}

}  // namespace

Verb send_verb() {
  return {declare::Settings<Options>{"send", "Calls an outgoing. The body stays as it is; the answer goes to `into`, or is dropped."}
              .add(&Options::to, {.name = "to", .help = "Which outgoing.", .required = true, .example = "erp", .refers = "outgoing"})
              .add(&Options::into, {.name = "into", .help = "Variable that receives the answer.", .example = "booked"})
              .rest(&Options::others, {.name = "options", .help = "Options of the outgoing's kind: see its page."})
              .shorthand("to")
              .place(&Options::at)
              .shape(),
          make};
}

}  // namespace arint::flow
