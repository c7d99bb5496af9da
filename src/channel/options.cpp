// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel/options.hpp"

namespace arint::channel {
namespace {

declare::Settings<Limits> limits_settings() {
  return declare::Settings<Limits>{"limits", "What one message may use."}
      .add(&Limits::body, {.name = "body", .help = "Longest body; a longer one is refused with 413 before it is read.", .fallback = "1MiB", .least = "1B"})
      .add(&Limits::memory, {.name = "memory", .help = "Most memory of one run: documents, variables, results.", .fallback = "64MiB", .least = "64KiB"});
}

}  // namespace

declare::Settings<Options> settings(std::vector<declare::Shape> kinds) {
  declare::Settings<Options> all{"channel", "An IN channel: where messages come in, and the service they invoke."};
  all.one_of(&Options::kind, std::move(kinds), {.help = "What it listens to.", .required = true})
      .add(&Options::service, {.name = "service", .help = "The service it invokes.", .example = "accept-order", .refers = "service"})
      .add(&Options::forward, {.name = "forward", .help = "Instead of a service: the outgoing every request is passed on to.", .example = "erp", .refers = "outgoing"})
      .add(&Options::format, {.name = "format", .help = "Formats of bodies, in and out; the first is the default, Content-Type and Accept choose "
                                                        "among them.",
                              .fallback = "[json]", .refers = "format", .one_alone = true})
      .add(&Options::timeout, {.name = "timeout", .help = "From the message's head to the answer; everything the service calls inherits what is left.",
                               .fallback = "30s", .least = "1ms"})
      .add(&Options::in_flight, {.name = "in_flight", .help = "Messages in progress at once, over all cores; one more is answered 503 with Retry-After.",
                                 .unit = "messages", .fallback = "10000", .least = 1, .most = 10'000'000})
      .section(&Options::limits, {.name = "limits", .help = "What one message may use.", .fallback = "{}"}, limits_settings())
      .exactly_one({"service", "forward"});
  declare_durable(all);
  return all;
}

}  // namespace arint::channel
