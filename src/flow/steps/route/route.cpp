// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/settings.hpp"
#include "flow/catalog.hpp"

namespace arint::flow {
namespace {

struct Branch {
  declare::Expression when{};
  declare::Steps steps{};
  declare::Steps otherwise{};
};
struct Options {
  std::vector<Branch> branches{};
};

class Route : public Step {
 public:
  struct One {
    message::Expression when;  // not given: otherwise
    Sequence steps;
  };
  std::vector<One> branches{};

  runtime::Task<Result<void>> run(message::Run& run) const override {
    for (const One& one : branches) {
      if (one.when.given()) {
        Result<bool> holds = run.holds(one.when);
        if (!holds) co_return holds.error();
        if (!*holds) continue;
      }
      co_return co_await one.steps.run(run);
    }
    co_return Result<void>();
  }
  bool uses_body() const noexcept override {
    for (const One& one : branches)
      if (one.when.uses_body() || one.steps.uses_body()) return true;
    return false;
  }
};

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  auto step = std::make_unique<Route>();
  bool ended = false;
  std::size_t index = 0;
  for (const Branch& branch : choice.as<Options>().branches) {
    const bool otherwise = branch.when.source.empty();
    declare::Reading::Inside inside(build.reading, index++);
    if (ended) build.reading.fault(otherwise ? branch.otherwise.at : branch.when.at, "this branch can never be taken: `otherwise` stands before it");
    ended |= otherwise;
    message::Expression when = message::Expression::compile(branch.when, build.reading);
    Sequence steps = otherwise ? build.steps("otherwise", branch.otherwise) : build.steps("do", branch.steps);
    if (otherwise || when.given()) step->branches.push_back({std::move(when), std::move(steps)});
  }
  return step;
}

declare::Settings<Branch> branch_settings() {
  return declare::Settings<Branch>{"branch", "One way to go."}
      .add(&Branch::when, {.name = "when", .help = "Taken when this is true and no branch before it was.", .example = "total >= 10000"})
      .add(&Branch::steps, {.name = "do", .help = "The steps of a branch with `when`.", .example = "[ send: { to: approvals } ]"})
      .add(&Branch::otherwise, {.name = "otherwise", .help = "The steps when no branch before it was taken; stands last.",
                                .example = "[ send: { to: erp } ]"})
      .exactly_one({"when", "otherwise"})
      .exactly_one({"do", "otherwise"});
}

}  // namespace

Verb route_verb() {
  return {declare::Settings<Options>{"route", "Content-based router: the first branch whose condition holds is taken."}
              .beside()
              .section(&Options::branches, {.name = "route", .help = "Branches, asked in order.", .required = true,
                                            .example = "[ { when: total >= 10000, do: [ send: approvals ] } ]"},
                       branch_settings())
              .shape(),
          make};
}

}  // namespace arint::flow
