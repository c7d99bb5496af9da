// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cerrno>

#include "declare/settings.hpp"
#include "flow/catalog.hpp"

namespace arint::flow {
namespace {

struct Options {
  declare::Expression in{};
  declare::Steps steps{};
  std::optional<std::string> into{};
  std::int64_t most = 0;
};

constexpr std::int64_t turn_length_ns = 5'000'000;

class ForEach : public Step {
 public:
  message::Expression in{};
  Sequence steps{};
  std::string into{}, path{};
  std::size_t most = 0;

  runtime::Task<Result<void>> run(message::Run& run) const override {
    Result<document::Value> value = run.evaluate(in);
    if (!value) co_return value.error();
    std::span<const document::Value> items = value->is_array() ? value->items() : std::span<const document::Value>(&*value, value->is_absent() ? 0 : 1);
    if (items.size() > most) {
      const std::string said = std::to_string(items.size()) + " items, at most " + std::to_string(most) + " are taken";
      run.failure.emplace();
      run.failure->answer = 422;
      run.failure->told = run.arena().copy(said);
      co_return Error{Fault::rejected, "for_each: " + said + " (option `most`)"};
    }
    std::vector<document::Value> results;
    document::Arena arena(run.arena().limit_bytes());
    std::int64_t turn_ns = runtime::Loop::now_ns();
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (runtime::Loop::now_ns() - turn_ns > turn_length_ns) {
        // Items that wait for nothing would keep the core from all others, and from seeing that their time is over.
        runtime::IoResult turn = co_await runtime::sleep(Millis(0));
        if (!turn.ok()) co_return Error{turn.error() == ETIMEDOUT ? Fault::timeout : Fault::cancelled, "for_each: the time was over after " + std::to_string(i) + " of " +
                                                                                              std::to_string(items.size()) + " items"};
        turn_ns = runtime::Loop::now_ns();
      }
      arena.reset();  // an item's memory goes with it; what comes back is copied
      std::unique_ptr<message::Run> item = run.branch(arena);
      item->set_document(items[i]);
      const document::Value index = document::Value::integer(static_cast<std::int64_t>(i));
      item->give_variable("index", index);
      if (run.journal) item->scope = arena.copy(std::string(run.scope) + path + "[" + std::to_string(i) + "]");
      Result<void> done = co_await steps.run(*item);
      run.now_ms = std::max(run.now_ms, item->now_ms);
      if (!done) {
        run.failure = std::move(item->failure);
        if (run.failure) run.failure->details = document::copy_into(run.arena(), run.failure->details);
        co_return done;
      }
      if (!into.empty()) results.push_back(document::copy_into(run.arena(), item->written()));
    }
    if (!into.empty()) run.set_variable(into, document::array_of(run.arena(), results));
    co_return Result<void>();
  }
};

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<ForEach>();
  step->in = message::Expression::compile(options.in, build.reading);
  const Lists around = build.lists;
  build.lists.body_is(nullptr);  // an item
  step->steps = build.steps("do", options.steps);
  build.lists = around;
  step->into = build.into(options.into, choice);
  step->path = build.path();
  if (options.into) build.lists.variable_is(*options.into);
  step->most = static_cast<std::size_t>(options.most);
  return step->in.given() ? std::move(step) : nullptr;
}

}  // namespace

Verb for_each_verb() {
  return {declare::Settings<Options>{"for_each", "Runs steps for each item, in order, each on a copy: the item is the body, $index its number "
                                                 "from 0. What the steps wrote with `into:` comes back, one object per item."}
              .add(&Options::in, {.name = "in", .help = "The items.", .required = true, .example = "items"})
              .add(&Options::steps, {.name = "do", .help = "Steps for each item.", .required = true, .example = "[ send: { to: stock } ]"})
              .add(&Options::into, {.name = "into", .help = "Variable that receives the results, in item order.", .example = "reserved"})
              .add(&Options::most, {.name = "most", .help = "More items are rejected; the caller gets 422.", .unit = "items", .fallback = "10000", .least = 1})
              .shape(),
          make};
}

}  // namespace arint::flow
