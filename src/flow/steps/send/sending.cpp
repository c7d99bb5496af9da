// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/steps/send/sending.hpp"

#include "declare/settings.hpp"

namespace arint::flow {
namespace {

struct Options {
  declare::Name to{};
  std::optional<std::string> into{};
  declare::Fields<declare::Node> others{};
  Position at{};
};

class Sending : public Step {
 public:
  outgoing::Outgoing* to = nullptr;
  std::unique_ptr<outgoing::Operation> operation{};
  std::string verb{}, into{}, path{};

  runtime::Task<Result<void>> run(message::Run& run) const override {
    const outgoing::Site site{verb, path};
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
  auto step = std::make_unique<Sending>();
  step->verb = choice.kind;
  step->to = build.outgoing(options.to);
  step->into = build.into(options.into, choice);
  step->path = build.path();
  if (!step->to) return nullptr;  // the check of references says so
  outgoing::Connection& connection = step->to->connection();
  if (connection.verb() != choice.kind) {
    build.reading.fault(options.to.at, "outgoing " + options.to.text + " is called by `" + std::string(connection.verb()) + "`, not by `" + choice.kind + "`");
    return nullptr;
  }
  // What stands beside `to` and `into` is for the connector.
  declare::Node rest = declare::map_node(options.at);
  for (const auto& [name, node] : options.others) {
    const declare::Member* member = choice.node.member(name);
    rest.members.push_back(member ? *member : declare::Member{name, node.at, node});
  }
  const std::string_view list = connection.answer_list();
  if (options.into && !list.empty()) build.lists.variable_holds(*options.into, list);
  step->operation = connection.prepare(rest, build.reading);
  return step->operation ? std::move(step) : nullptr;
}

}  // namespace

Verb sending_verb(const char* name, const char* help) {
  return {declare::Settings<Options>{name, help}
              .add(&Options::to, {.name = "to", .help = "Which outgoing.", .required = true, .example = "erp", .refers = "outgoing"})
              .add(&Options::into, {.name = "into", .help = "Variable that receives the answer.", .example = "booked"})
              .rest(&Options::others, {.name = "options", .help = "Options of the outgoing's kind: see its page."})
              .shorthand("to")
              .place(&Options::at)
              .shape(),
          make};
}

}  // namespace arint::flow
