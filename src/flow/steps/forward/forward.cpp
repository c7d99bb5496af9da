// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/settings.hpp"
#include "flow/catalog.hpp"
#include "http/server/exchange.hpp"

namespace arint::flow {
namespace {

struct Options {
  declare::Name to{};
};

class Forward : public Step {
 public:
  outgoing::Outgoing* to = nullptr;

  runtime::Task<Result<void>> run(message::Run& run) const override {
    // The check says so too; a message that is bound to an older version may still come here.
    if (run.journal) co_return Error{Fault::malformed, "forward passes on a caller who waits, so it has no place behind a durable channel; use send"};
    // Nobody touched the body: both bodies stream past the flow. Else what the run made of it is sent, and the answer kept whole.
    http::Exchange* exchange = run.origin() ? run.origin()->exchange() : nullptr;
    const bool streams = exchange && run.body.state == message::Body::State::unread;
    Result<void> done;
    if (streams) {
      run.reply.sent = true;
      done = co_await to->forward(*exchange);
    } else {
      done = co_await to->pass_on(run);
    }
    if (!done) {
      run.failure.emplace();
      run.failure->outgoing = to->name();
    }
    run.ended = true;
    co_return done;
  }
  bool uses_body() const noexcept override { return false; }
};

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<Forward>();
  step->to = build.outgoing(options.to);
  build.needs(Traits::Needs::somebody_waits, "forward", choice.at);
  auto can = build.forwards.find(options.to.text);
  if (step->to && can != build.forwards.end() && !can->second)
    build.reading.fault(options.to.at, "outgoing " + options.to.text + " cannot be forwarded to: forward needs one that speaks HTTP");
  return step->to ? std::move(step) : nullptr;
}

}  // namespace

Verb forward_verb() {
  return {declare::Settings<Options>{"forward", "Ends the flow: passes the request on as it now is, and the answer back untouched."}
              .add(&Options::to, {.name = "to", .help = "Which outgoing; one that speaks HTTP.", .required = true, .example = "erp", .refers = "outgoing"})
              .shorthand("to")
              .shape(),
          make};
}

}  // namespace arint::flow
