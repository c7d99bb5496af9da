// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/settings.hpp"
#include "flow/catalog.hpp"

namespace arint::flow {
namespace {

struct Options {
  Millis duration{};
};

class Delay : public Step {
 public:
  Millis duration{};
  runtime::Task<Result<void>> run(message::Run&) const override {
    runtime::IoResult slept = co_await runtime::sleep(duration);
    if (slept.ok()) co_return Result<void>();
    if (slept.error() == ETIMEDOUT) co_return Error{Fault::timeout, "the caller's time was over during delay: " + to_text(duration)};
    co_return Error{Fault::cancelled, "stopped during delay: " + to_text(duration)};
  }
  bool uses_body() const noexcept override { return false; }
};

std::unique_ptr<Step> make(const declare::Choice& choice, Build&) {
  auto step = std::make_unique<Delay>();
  step->duration = choice.as<Options>().duration;
  return step;
}

}  // namespace

Verb delay_verb() {
  return {declare::Settings<Options>{"delay", "Waits. It costs no thread."}
              .add(&Options::duration, {.name = "for", .help = "How long.", .required = true, .example = "5s", .least = "1ms"})
              .shorthand("for")
              .shape(),
          make};
}

}  // namespace arint::flow
