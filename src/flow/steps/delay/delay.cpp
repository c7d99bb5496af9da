// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/settings.hpp"
#include "flow/catalog.hpp"
#include "runtime/time/wall.hpp"

namespace arint::flow {
namespace {

struct Options {
  Millis duration{};
};

class Delay : public Step {
 public:
  Millis duration{};
  std::string path{};
  runtime::Task<Result<void>> run(message::Run& run) const override {
    if (run.journal) {
      // In a durable run the time is recorded, and the message waits for it in the store.
      const std::string step = run.journal->step_of(run, path);
      Result<message::Journal::Known> known = run.journal->known(run, step);
      if (!known) co_return known.error();
      const std::int64_t now_ms = runtime::wall_ms();
      if (known->as == message::Journal::Known::As::nothing) co_return run.journal->sleep_until(run, step, now_ms + duration.count());
      if (known->first_ms > now_ms) co_return run.journal->sleep_until(run, step, known->first_ms);
      co_return Result<void>();
    }
    runtime::IoResult slept = co_await runtime::sleep(duration);
    if (slept.ok()) co_return Result<void>();
    if (slept.error() == ETIMEDOUT) co_return Error{Fault::timeout, "the caller's time was over during delay: " + to_text(duration)};
    co_return Error{Fault::cancelled, "stopped during delay: " + to_text(duration)};
  }
  bool uses_body() const noexcept override { return false; }
};

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  auto step = std::make_unique<Delay>();
  step->duration = choice.as<Options>().duration;
  step->path = build.path();
  return step;
}

}  // namespace

Verb delay_verb() {
  return {declare::Settings<Options>{"delay", "Waits. It costs no thread, and an accepted message no memory: its time is recorded, and survives restarts."}
              .add(&Options::duration, {.name = "for", .help = "How long.", .required = true, .example = "5s", .least = "1ms"})
              .shorthand("for")
              .shape(),
          make};
}

}  // namespace arint::flow
