// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/settings.hpp"
#include "flow/catalog.hpp"

namespace arint::flow {
namespace {

// The faults a flow may raise itself.
enum class Raised { rejected, busy, refused, malformed, unreachable, timeout };
[[maybe_unused]] const declare::Words<Raised>& words_of(Raised) {
  static const declare::Words<Raised> words{{"rejected", Raised::rejected},   {"busy", Raised::busy},
                                            {"refused", Raised::refused},     {"malformed", Raised::malformed},
                                            {"unreachable", Raised::unreachable}, {"timeout", Raised::timeout}};
  return words;
}

struct Options {
  Raised fault = Raised::rejected;
  std::optional<std::int64_t> status{};
  declare::Expression text{};
};

class Fail : public Step {
 public:
  Fault fault = Fault::rejected;
  int status = 0;
  message::Template text{};

  runtime::Task<Result<void>> run(message::Run& run) const override {
    std::string said;
    Result<void> rendered = text.render(run, message::Escape::none, said);
    if (!rendered) co_return rendered;
    run.failure.emplace();
    run.failure->answer = status;
    run.failure->told = run.arena().copy(said);
    co_return Error{fault, std::move(said)};
  }
  bool uses_body() const noexcept override { return text.uses_body(); }
};

Fault fault_of(Raised raised) {
  switch (raised) {
    case Raised::rejected: return Fault::rejected;
    case Raised::busy: return Fault::busy;
    case Raised::refused: return Fault::refused;
    case Raised::malformed: return Fault::malformed;
    case Raised::unreachable: return Fault::unreachable;
    case Raised::timeout: return Fault::timeout;
  }
  return Fault::bug;
}

int status_of(Raised raised) {
  switch (raised) {
    case Raised::rejected: return 422;
    case Raised::busy: return 503;
    case Raised::refused: return 403;
    case Raised::malformed: return 400;
    case Raised::unreachable: return 502;
    case Raised::timeout: return 504;
  }
  return 500;
}

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<Fail>();
  step->fault = fault_of(options.fault);
  step->status = options.status ? static_cast<int>(*options.status) : status_of(options.fault);
  step->text = message::Template::compile(options.text, build.reading);
  return step;
}

}  // namespace

Verb fail_verb() {
  return {declare::Settings<Options>{"fail", "Ends the flow with a fault of the flow's own; the caller is told the text."}
              .add(&Options::fault, {.name = "fault", .help = "Which fault.", .fallback = "rejected"})
              .add(&Options::status, {.name = "status", .help = "HTTP status for the caller; without it what fits the fault (rejected 422, malformed "
                                                                "400, refused 403, busy 503, unreachable 502, timeout 504).",
                                      .unit = "status code", .example = "404", .least = 400, .most = 599})
              .add(&Options::text, {.name = "message", .help = "What to say; {expressions} in it are replaced.", .required = true,
                                    .example = "\"there is no product {$path.id}\"", .in_text = true})
              .shorthand("message")
              .shape(),
          make};
}

}  // namespace arint::flow
