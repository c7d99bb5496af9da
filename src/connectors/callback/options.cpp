// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/callback/options.hpp"

namespace arint::connectors::callback {
namespace {

declare::Settings<Rate> rate_settings() {
  return declare::Settings<Rate>{"rate", "How often one host is called."}
      .add(&Rate::calls, {.name = "calls", .help = "Calls that may begin in that time, over all cores.", .unit = "calls", .required = true, .example = "10", .least = 1, .most = 1'000'000})
      .add(&Rate::per, {.name = "per", .help = "The time.", .fallback = "1s", .least = "1ms"});
}

declare::Settings<Pause> pause_settings() {
  return declare::Settings<Pause>{"pause", "An endpoint that keeps failing is left alone; then one message tries it. The others wait in the store, and go on when it answers."}
      .add(&Pause::failures, {.name = "failures", .help = "Calls in a row that failed; 0: never.", .unit = "calls", .fallback = "5", .least = 0})
      .add(&Pause::first, {.name = "first", .help = "How long the first time; twice as long each time the try fails too.", .fallback = "30s", .least = "1ms"})
      .add(&Pause::longest, {.name = "longest", .help = "Never longer than this.", .fallback = "1h", .least = "1ms"});
}

}  // namespace

declare::Settings<Options> settings() {
  return declare::Settings<Options>{"callback", "Calls an address that comes with the message, if it is one of those allowed; redirects are not followed. Each host has turns, a "
                                                "pace and pauses of its own, so that a slow one holds up no other."}
      .add(&Options::allow, {.name = "allow", .help = "Which addresses: scheme, host, port and the beginning of the path, up to a /. In the host, `*` stands for one label.",
                             .required = true, .example = "[\"https://*.partner.example/hooks/\"]"})
      .add(&Options::networks, {.name = "networks", .help = "Networks that are called although they are not public. Without it no name may lead to a loopback, link-local, private or "
                                                            "otherwise special address.",
                                .example = "[10.20.0.0/16]"})
      .add(&Options::per_host, {.name = "per_host", .help = "Calls to one host at once, over all cores; each core has one at least.", .unit = "calls", .fallback = "4", .least = 1, .most = 10'000})
      .section(&Options::rate, {.name = "rate", .help = "How often one host is called; without it as often as messages come.", .example = "{ calls: 10 }"}, rate_settings())
      .section(&Options::pause, {.name = "pause", .help = "When an endpoint is left alone.", .fallback = "{}"}, pause_settings())
      .add(&Options::connect_timeout, {.name = "connect_timeout", .help = "Name, TCP and TLS together.", .fallback = "5s", .least = "1ms"})
      .add(&Options::first_byte_timeout, {.name = "first_byte_timeout", .help = "From the request written to the first byte of the answer.", .fallback = "15s", .least = "1ms"})
      .add(&Options::ca, {.name = "ca", .help = "PEM file: authorities to trust instead of the system's.", .example = "tls/acme-ca.pem"})
      .place(&Options::at);
}

declare::Settings<NotifyOptions> notify_settings() {
  return declare::Settings<NotifyOptions>{"notify", "A POST to the address that the message names; `into` receives { status, headers, body }."}
      .add(&NotifyOptions::url, {.name = "url", .help = "The address.", .required = true, .example = "callback_url"})
      .add(&NotifyOptions::body, {.name = "body", .help = "Body instead of the present one.", .example = "\"{ 'order': id, 'status': status }\""})
      .add(&NotifyOptions::as, {.name = "as", .help = "Format of the body, instead of the one it has.", .example = "json", .refers = "format"})
      .add(&NotifyOptions::headers, {.name = "headers", .help = "Headers; {expressions} in the values are replaced. Nothing of the caller's own request is sent on.",
                                     .example = "{ X-Event: \"{type}\" }", .in_text = true});
}

}  // namespace arint::connectors::callback
