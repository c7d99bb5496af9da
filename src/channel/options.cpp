// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel/options.hpp"

namespace arint::channel {
namespace {

declare::Settings<RateOptions> rate_settings() {
  return declare::Settings<RateOptions>{"rate", "How often one caller may ask: a token bucket each, exact over all cores."}
      .add(&RateOptions::requests, {.name = "requests", .help = "Requests that are served in the time `per`.", .unit = "requests", .required = true, .example = "100",
                                    .least = 1, .most = 1'000'000'000})
      .add(&RateOptions::per, {.name = "per", .help = "The time they are counted in.", .fallback = "1s", .least = "1ms"})
      .add(&RateOptions::burst, {.name = "burst", .help = "Requests served at once after a rest; 0: as many as `requests`.", .unit = "requests", .fallback = "0",
                                 .least = 0, .most = 1'000'000'000})
      .add(&RateOptions::header, {.name = "by_header", .help = "Callers are told apart by this header, those without it by their address.", .example = "X-Api-Key"})
      .add(&RateOptions::by, {.name = "by", .help = "Callers are told apart by this value of the request's head; where it gives nothing, by their address.",
                              .example = "$path.tenant"})
      .add(&RateOptions::keys, {.name = "keys", .help = "Callers remembered; when there are more, the one seen longest ago is forgotten and begins anew.",
                                .unit = "callers", .fallback = "100000", .least = 16, .most = 100'000'000})
      .check([](RateOptions& rate, const declare::Node& node, declare::Reading& reading) {
        if (rate.header && rate.by) reading.fault(node.at, "by_header and by: one of them tells callers apart");
      });
}

declare::Settings<Limits> limits_settings() {
  return declare::Settings<Limits>{"limits", "What one message may use."}
      .add(&Limits::body, {.name = "body", .help = "Longest body; a longer one is refused with 413 before it is read.", .fallback = "1MiB", .least = "1B"})
      .add(&Limits::memory, {.name = "memory", .help = "Most memory of one run: documents, variables, results.", .fallback = "64MiB", .least = "64KiB"})
      .section(&Limits::rate, {.name = "rate", .help = "How often one caller may ask; one request more is answered 429 with Retry-After. Without `by_header` and `by` a "
                                                       "caller is an address, of IPv6 the /64 network.", .example = "{ requests: 100, per: 1s }"}, rate_settings());
}

declare::Settings<CanaryOptions> canary_settings() {
  return declare::Settings<CanaryOptions>{"canary", "Sends some of what is forwarded to another outgoing, such as a new release."}
      .add(&CanaryOptions::to, {.name = "to", .help = "Which outgoing; one that speaks HTTP.", .required = true, .example = "erp-next", .refers = "outgoing"})
      .add(&CanaryOptions::percent, {.name = "percent", .help = "How many of the requests.", .unit = "percent", .fallback = "0", .example = "5", .least = 0, .most = 100})
      .add(&CanaryOptions::when, {.name = "when", .help = "Those whose head fulfils this, whatever `percent` says.", .example = "$headers.`x-canary` = 'yes'"})
      .add(&CanaryOptions::sticky, {.name = "sticky", .help = "Header whose value decides instead of chance: one value stays on one side.", .example = "X-User"})
      .check([](CanaryOptions& canary, const declare::Node& node, declare::Reading& reading) {
        if (canary.percent == 0 && !canary.when) reading.fault(node.at, "nothing would go there; write percent or when");
      });
}

declare::Settings<RepeatOptions> repeat_settings() {
  return declare::Settings<RepeatOptions>{"repeat", "A call starts a repetition: its caller gets 202, and the service runs for his message at once and then again and again in the background. "
                                                    "A reload hands it on; the end of the node ends it."}
      .add(&RepeatOptions::every, {.name = "every", .help = "From the begin of one run to that of the next; turns that pass while one runs are left out.", .required = true, .example = "30s", .least = "1ms"})
      .add(&RepeatOptions::total, {.name = "for", .help = "After so much time it is over.", .example = "1h", .least = "1ms"})
      .add(&RepeatOptions::times, {.name = "times", .help = "After so many runs it is over; 0: never.", .unit = "runs", .fallback = "0", .least = 0})
      .add(&RepeatOptions::until, {.name = "until", .help = "It is over when this is true of what a run leaves as its body.", .example = "status = 'shipped'"})
      .add(&RepeatOptions::most, {.name = "most", .help = "Repetitions that go on at once; one more is answered 429.", .unit = "repetitions", .fallback = "1000", .least = 1, .most = 1'000'000})
      .check([](RepeatOptions& repeat, const declare::Node& node, declare::Reading& reading) {
        if (!repeat.total && !repeat.times && !repeat.until) reading.fault(node.at, "nothing ends it; write `for`, `times` or `until`");
      });
}

declare::Settings<Redirect> redirect_settings() {
  return declare::Settings<Redirect>{"redirect", "Tells the caller another place (RFC 9110, 15.4)."}
      .add(&Redirect::to, {.name = "to", .help = "Path or URL, with what the channel's `path` captured; the query goes along unless it has one.", .required = true,
                           .example = "\"https://shop.example/v2/{rest}\""})
      .add(&Redirect::status, {.name = "status", .help = "301, 302, 303, 307 or 308; the last two keep method and body.", .unit = "status", .fallback = "308",
                               .least = 301, .most = 308})
      .shorthand("to")
      .check([](Redirect& redirect, const declare::Node& node, declare::Reading& reading) {
        if (redirect.status > 303 && redirect.status < 307) reading.fault(node.at, "status: 301, 302, 303, 307 or 308");
      });
}

}  // namespace

declare::Settings<Options> settings(std::vector<declare::Shape> kinds) {
  declare::Settings<Options> all{"channel", "An IN channel: where messages come in, and the service they invoke."};
  all.one_of(&Options::kind, std::move(kinds), {.help = "What it listens to.", .required = true})
      .add(&Options::service, {.name = "service", .help = "The service it invokes.", .example = "accept-order", .refers = "service"})
      .add(&Options::forward, {.name = "forward", .help = "Instead of a service: the outgoing every request is passed on to.", .example = "erp", .refers = "outgoing"})
      .section(&Options::canary, {.name = "canary", .help = "With `forward`: sends some of the requests to another outgoing.", .example = "{ to: erp-next, percent: 5 }"},
               canary_settings())
      .section(&Options::redirect, {.name = "redirect", .help = "Instead of a service: where the caller is told to ask (RFC 9110, 15.4).",
                                    .example = "\"/v2/{rest}\""}, redirect_settings())
      .section(&Options::repeat, {.name = "repeat", .help = "A call starts a repetition of the service in the background.", .example = "{ every: 30s, for: 1h }"}, repeat_settings())
      .add(&Options::format, {.name = "format", .help = "Formats of bodies, in and out; the first is the default, Content-Type and Accept choose "
                                                        "among them.",
                              .fallback = "[json]", .refers = "format", .one_alone = true})
      .add(&Options::security, {.name = "security", .help = "Who may come: a part of `security` that says who callers are. Who shows nothing or something wrong gets 401, who may "
                                                            "not gets 403, before the body is read; the others are $principal, and what they proved beside is $claims.",
                                .example = "partners", .refers = "security"})
      .add(&Options::timeout, {.name = "timeout", .help = "From the message's head to the answer; everything the service calls inherits what is left.",
                               .fallback = "30s", .least = "1ms"})
      .add(&Options::in_flight, {.name = "in_flight", .help = "Messages in progress at once, over all cores; one more is answered 503 with Retry-After.",
                                 .unit = "messages", .fallback = "10000", .least = 1, .most = 10'000'000})
      .section(&Options::limits, {.name = "limits", .help = "What one message may use.", .fallback = "{}"}, limits_settings())
      .exactly_one({"service", "forward", "redirect"})
      .check([](Options& options, const declare::Node& node, declare::Reading& reading) {
        if (options.repeat && (!options.service || options.durable))
          reading.fault(node.find("repeat")->at, "repeat: a service is repeated, of a channel that is not durable");
        if (options.canary && !options.forward) reading.fault(node.at, "canary stands beside forward; a service chooses with the step route");
      });
  declare_durable(all);
  return all;
}

}  // namespace arint::channel
