// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel/options.hpp"

namespace arint::delivery {

[[maybe_unused]] const declare::Words<OnDead>& words_of(OnDead) {
  static const declare::Words<OnDead> words{{"hold", OnDead::hold}, {"skip", OnDead::skip}};
  return words;
}

}  // namespace arint::delivery

namespace arint::channel {
namespace {

// Whoever writes one of these without `durable: true` believes something that does not hold.
void only_durable(Options& options, const declare::Node& node, declare::Reading& reading) {
  if (options.durable && options.forward)
    reading.fault(options.forward->at, "a durable channel invokes a service: `forward` passes on a caller who waits, and nothing is kept");
  if (options.keyed() && !options.service) reading.fault(node.find("keys")->at, "keys: only a service's answer is remembered; `forward` and `redirect` pass on what others answer");
  if (options.durable) return;
  for (const char* name : {"reply", "prefer", "order_by", "on_dead", "priority", "expires", "queue", "retention"})
    if (const declare::Node* written = node.find(name)) reading.fault(written->at, std::string(name) + " is for channels with `durable: true`");
}

}  // namespace

const declare::Words<ReplyWhen>& words_of(ReplyWhen) {
  static const declare::Words<ReplyWhen> words{{"accepted", ReplyWhen::accepted}, {"result", ReplyWhen::result}};
  return words;
}

void declare_durable(declare::Settings<Options>& channel) {
  channel
      .add(&Options::durable, {.name = "durable", .help = "Whether a message is on disk before its caller is answered; from then on it is never lost.",
                               .fallback = "false"})
      .add(&Options::reply, {.name = "reply", .help = "When a caller of a durable channel is answered: `accepted` at once, with 202 and the address of the "
                                                      "message; `result` with what the service gives, or with 202 when that takes longer than `timeout`.",
                             .fallback = "accepted"})
      .add(&Options::prefer, {.name = "prefer", .help = "Whether callers may choose by `Prefer: respond-async` and `Prefer: wait=SECONDS` (RFC 7240).",
                              .fallback = "true"})
      .add(&Options::order_by, {.name = "order_by", .help = "Messages with the same value of this are run one after another, in the order they were accepted.",
                                .example = "customer_id"})
      .add(&Options::on_dead, {.name = "on_dead", .help = "What a dead message does to those behind it in `order_by`: `hold` keeps them, `skip` lets them go on.",
                               .fallback = "hold"})
      .add(&Options::priority, {.name = "priority", .help = "Which messages are run first when many wait; 0 first, 9 last.", .unit = "level", .fallback = "5", .least = 0, .most = 9})
      .add(&Options::expires, {.name = "expires", .help = "A message that is not delivered after this long is given up, as expired.", .example = "1h", .least = "1ms"})
      .add(&Options::backlog, {.name = "queue", .help = "Messages of this channel that may be unresolved; one more is answered 429 with Retry-After.",
                               .unit = "messages", .fallback = "1000000", .least = 1})
      .add(&Options::retention, {.name = "retention", .help = "How long a message is kept after its end, for the status address and for replay.", .fallback = "7d", .least = "1s"})
      .add(&Options::keys, {.name = "keys", .help = "How long an Idempotency-Key of a caller is remembered: the same key again gives the same message, or on a channel that is "
                                                   "not durable the same answer. Left out: 24h on durable channels, and not at all on others.",
                            .example = "24h", .least = "1s"})
      .check(only_durable);
}

}  // namespace arint::channel
