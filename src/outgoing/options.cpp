// SPDX-License-Identifier: GPL-3.0-or-later
#include "outgoing/options.hpp"

namespace arint::outgoing {
namespace {

declare::Settings<Retry> retry_settings() {
  return declare::Settings<Retry>{"retry", "Tries again after faults whose remedy is to wait: unreachable, busy, and timeout where it is safe."}
      .add(&Retry::total, {.name = "for", .help = "Give up after this long; a caller who waits is never kept longer than his channel's `timeout`, an accepted message over days and restarts.", .fallback = "30s", .least = "1ms"})
      .add(&Retry::attempts, {.name = "attempts", .help = "At most this many attempts, the first included; 0: as many as fit in the time.",
                              .unit = "attempts", .fallback = "0", .least = 0})
      .add(&Retry::initial, {.name = "initial", .help = "Longest wait before the second attempt; doubled for each further one. The wait "
                                                        "itself is random between nothing and that (full jitter).",
                             .fallback = "200ms", .least = "1ms"})
      .add(&Retry::max, {.name = "max", .help = "Longest wait between two attempts.", .fallback = "10s", .least = "1ms"});
}

declare::Settings<Breaker> breaker_settings() {
  return declare::Settings<Breaker>{"breaker", "Circuit breaker: a peer that keeps failing is left alone for a while."}
      .add(&Breaker::failures, {.name = "failures", .help = "Faults in a row (unreachable, timeout, busy) that open it; 0: never.",
                                .unit = "faults", .fallback = "10", .least = 0})
      .add(&Breaker::open_for, {.name = "open_for", .help = "How long calls then fail at once; after that one call probes the peer.",
                                .fallback = "5s", .least = "1ms"});
}

}  // namespace

const declare::Words<OnUnknown>& words_of(OnUnknown) {
  static const declare::Words<OnUnknown> words{{"repeat", OnUnknown::repeat}, {"stop", OnUnknown::stop}, {"hold", OnUnknown::hold}};
  return words;
}

declare::Settings<Options> settings(std::vector<declare::Shape> kinds) {
  declare::Settings<Options> all{"outgoing", "An OUT channel: a named connection to another system."};
  all.one_of(&Options::kind, std::move(kinds), {.help = "What it connects to.", .required = true})
      .add(&Options::timeout, {.name = "timeout", .help = "One attempt, from its turn to the whole answer.", .fallback = "30s", .least = "1ms"})
      .add(&Options::in_flight, {.name = "in_flight", .help = "Calls in progress at once, over all cores.", .unit = "calls",
                                 .fallback = "256", .least = 1, .most = 1'000'000})
      .add(&Options::queue, {.name = "queue", .help = "Calls that wait for their turn, over all cores; one more is refused as busy.",
                             .unit = "calls", .fallback = "1024", .least = 0, .most = 1'000'000})
      .section(&Options::retry, {.name = "retry", .help = "Retries; without it there is one attempt, and for an accepted message they go on for 24h, with waits of 1s to 5m.", .example = "{ attempts: 3 }"}, retry_settings())
      .section(&Options::breaker, {.name = "breaker", .help = "When to leave a failing peer alone.", .fallback = "{}"}, breaker_settings())
      .add(&Options::security, {.name = "security", .help = "How what is sent is signed: a name of `security:`.", .example = "webhook-signing", .refers = "security"})
      .add(&Options::on_unknown, {.name = "on_unknown", .help = "After a timeout the peer may have done it. `stop` repeats only what is "
                                                                "safe to repeat; `repeat` repeats everything, with the same Idempotency-Key "
                                                                "for an accepted message; `hold` keeps an accepted message for a person, "
                                                                "as `stop` does where a repeat is not safe. Without it: `repeat` for accepted messages, else `stop`.",
                                  .example = "hold"});
  return all;
}

}  // namespace arint::outgoing
