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

}  // namespace

declare::Settings<OutgoingOptions> outgoing_settings() {
  return declare::Settings<OutgoingOptions>{"http", "Calls an HTTP/1.1 server."}
      .add(&OutgoingOptions::url, {.name = "url", .help = "Base address: http or https, host, port, and a path that every call begins with.", .required = true,
                                   .example = "https://erp.plant-7.acme/api"})
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
