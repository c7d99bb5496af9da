// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/out/outgoing_options.hpp"

namespace arint::connectors::http {
namespace {

declare::Settings<OutgoingTls> tls_settings() {
  return declare::Settings<OutgoingTls>{"tls", "How to trust the peer, and to be trusted by it. The host name is always verified."}
      .add(&OutgoingTls::ca, {.name = "ca", .help = "PEM file: authorities to trust instead of the system's.", .example = "tls/acme-ca.pem"})
      .add(&OutgoingTls::certificate, {.name = "certificate", .help = "PEM file: our certificate, when the peer asks for one.", .example = "tls/us.pem"})
      .add(&OutgoingTls::key, {.name = "key", .help = "PEM file: its private key.", .example = "tls/us.key"});
}

declare::Settings<Balance> balance_settings() {
  return declare::Settings<Balance>{"balance", "Which address gets a call, where there are several."}
      .add(&Balance::by, {.name = "by", .help = "`round_robin`: each in turn. `least_requests`: who has least in progress on this core. `consistent_hash`: the "
                                                "same `key`, the same address, as long as it is well.",
                          .fallback = "round_robin"})
      .add(&Balance::key, {.name = "key", .help = "What belongs together, for `consistent_hash`. In a `forward` channel nobody reads the body: $headers, $path, "
                                                  "$query. Without a value the turn decides.",
                           .example = "$headers.`x-customer`"})
      .add(&Balance::slow_start, {.name = "slow_start", .help = "An address that is new, or back, gets its full share only after this long.", .fallback = "0s"});
}

declare::Settings<Eject> eject_settings() {
  return declare::Settings<Eject>{"eject", "When an address that keeps failing is left alone. One that cannot be connected to always is: 1s, doubled up to 30s."}
      .add(&Eject::failures, {.name = "failures", .help = "Calls in a row without a proper answer, or with 502, 503 or 504; 0: never.", .unit = "calls",
                              .fallback = "5", .least = 0, .most = 1000})
      .add(&Eject::time, {.name = "for", .help = "How long; twice that the next time, and so on, ten times at most.", .fallback = "30s", .least = "1ms"})
      .add(&Eject::at_most, {.name = "at_most", .help = "Percent of the addresses that may be left alone so; of one alone, none.", .unit = "percent",
                             .fallback = "50", .least = 0, .most = 100});
}

declare::Settings<Health> health_settings() {
  return declare::Settings<Health>{"health", "Active checks: each core asks each address, on a connection of its own."}
      .add(&Health::path, {.name = "path", .help = "What is asked for with GET.", .required = true, .example = "/health"})
      .add(&Health::every, {.name = "every", .help = "From the end of one round to the next.", .fallback = "5s", .least = "10ms"})
      .add(&Health::timeout, {.name = "timeout", .help = "Connection and answer together.", .fallback = "2s", .least = "1ms"})
      .add(&Health::statuses, {.name = "statuses", .help = "Statuses that mean well; none given: 200 to 399.", .example = "[200, 204]", .least = 200, .most = 599})
      .add(&Health::down_after, {.name = "down_after", .help = "Failed checks in a row after which calls leave it alone.", .unit = "checks", .fallback = "3",
                                 .least = 1, .most = 100})
      .add(&Health::up_after, {.name = "up_after", .help = "Good checks in a row after which it is used again.", .unit = "checks", .fallback = "2",
                               .least = 1, .most = 100});
}

declare::Settings<Hedge> hedge_settings() {
  return declare::Settings<Hedge>{"hedge", "A second request when the first takes long; the first answer counts. Only for what may be repeated (GET, PUT, DELETE, ...), "
                                           "and not for `forward` in a channel."}
      .add(&Hedge::after, {.name = "after", .help = "How long the first is waited for.", .required = true, .example = "200ms", .least = "1ms"})
      .add(&Hedge::at_most, {.name = "at_most", .help = "Percent of the calls that may be sent twice.", .unit = "percent", .fallback = "10", .least = 1, .most = 100});
}

}  // namespace

}  // namespace arint::connectors::http

namespace arint::http {
const declare::Words<BalanceBy>& words_of(BalanceBy) {
  static const declare::Words<BalanceBy> words{
      {"round_robin", BalanceBy::round_robin}, {"least_requests", BalanceBy::least_requests}, {"consistent_hash", BalanceBy::consistent_hash}};
  return words;
}
}  // namespace arint::http

namespace arint::connectors::http {

declare::Settings<OutgoingOptions> outgoing_settings() {
  return declare::Settings<OutgoingOptions>{"http", "Calls an HTTP/1.1 server."}
      .add(&OutgoingOptions::url, {.name = "url", .help = "Base address: http or https, host, port, and a path that every call begins with.", .required = true,
                                   .example = "https://erp.plant-7.acme/api"})
      .add(&OutgoingOptions::addresses, {.name = "addresses", .help = "Where to connect instead of the url's host: host:port, [::1]:port or unix:/path. Host, "
                                                                      "path and the name in the certificate stay the url's. A name counts with all its addresses.",
                                         .example = "[\"10.0.0.1:8080\", \"10.0.0.2:8080\"]"})
      .add(&OutgoingOptions::resolve_every, {.name = "resolve_every", .help = "Names older than this are looked up anew; no call waits for it.", .fallback = "30s",
                                             .least = "100ms"})
      .section(&OutgoingOptions::balance, {.name = "balance", .help = "Which address gets a call.", .fallback = "{}"}, balance_settings())
      .section(&OutgoingOptions::eject, {.name = "eject", .help = "When a failing address is left alone.", .fallback = "{}"}, eject_settings())
      .section(&OutgoingOptions::health, {.name = "health", .help = "Active checks; without it only calls tell.", .example = "{ path: /health }"}, health_settings())
      .section(&OutgoingOptions::hedge, {.name = "hedge", .help = "Send a second request when the first takes long.", .example = "{ after: 200ms }"}, hedge_settings())
      .add(&OutgoingOptions::connect_timeout, {.name = "connect_timeout", .help = "Name, TCP and TLS together.", .fallback = "5s", .least = "1ms"})
      .add(&OutgoingOptions::first_byte_timeout, {.name = "first_byte_timeout", .help = "From the request written to the first byte of the answer.",
                                                  .fallback = "30s", .least = "1ms"})
      .add(&OutgoingOptions::idle_timeout, {.name = "idle_timeout", .help = "A kept connection older than this is not used again.", .fallback = "50s", .least = "1ms"})
      .add(&OutgoingOptions::response, {.name = "response", .help = "Longest body of an answer; `forward` streams and has no limit.", .fallback = "16MiB", .least = "1B"})
      .add(&OutgoingOptions::keep_host, {.name = "keep_host", .help = "`forward` sends the caller's Host instead of the url's.", .fallback = "false"})
      .add(&OutgoingOptions::strip_prefix, {.name = "strip_prefix", .help = "`forward` takes this off the front of the path.", .fallback = "\"\"", .example = "/api"})
      .section(&OutgoingOptions::tls, {.name = "tls", .help = "Trust and client certificate, for https.", .example = "{ ca: tls/acme-ca.pem }"}, tls_settings())
      .place(&OutgoingOptions::at);
}

declare::Settings<SendOptions> send_settings() {
  return declare::Settings<SendOptions>{"send", "A request to an HTTP outgoing; `into` receives { status, headers, body }."}
      .add(&SendOptions::method, {.name = "method", .help = "Method.", .fallback = "POST", .choices = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}})
      .add(&SendOptions::path, {.name = "path", .help = "Path behind the url's; each {expression} in it becomes one escaped segment.", .example = "\"/orders/{id}\"", .in_text = true})
      .add(&SendOptions::query, {.name = "query", .help = "Query parameters; {expressions} in the values are replaced; an empty value is left out.",
                                 .example = "{ after: \"{$query.after}\" }", .in_text = true})
      .add(&SendOptions::headers, {.name = "headers", .help = "Headers; {expressions} in the values are replaced.", .example = "{ Prefer: return=minimal }", .in_text = true})
      .add(&SendOptions::body, {.name = "body", .help = "Body instead of the present one. GET, HEAD and DELETE send none unless it is given.", .example = "$erp_order"})
      .add(&SendOptions::as, {.name = "as", .help = "Format of the body, instead of the one it has.", .example = "xml", .refers = "format"})
      .add(&SendOptions::accept, {.name = "accept", .help = "Statuses of 400 and above that are an answer and no fault.", .example = "[404, 409]",
                                  .least = 400, .most = 599});
}

}  // namespace arint::connectors::http
