// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/channel_options.hpp"

namespace arint::connectors::http {
namespace {

declare::Settings<ChannelTls> tls_settings() {
  return declare::Settings<ChannelTls>{"tls", "TLS 1.2 and 1.3 at this listener."}
      .add(&ChannelTls::certificate, {.name = "certificate", .help = "PEM file: our certificate, then the intermediate ones.", .required = true,
                                      .example = "tls/server.pem"})
      .add(&ChannelTls::key, {.name = "key", .help = "PEM file with the private key.", .required = true, .example = "tls/server.key"})
      .add(&ChannelTls::client_ca, {.name = "client_ca", .help = "PEM file: callers must show a certificate of these authorities.",
                                    .example = "tls/partners.pem"});
}

}  // namespace

declare::Settings<ChannelOptions> channel_settings() {
  return declare::Settings<ChannelOptions>{"http", "Takes HTTP/1.1 requests."}
      .add(&ChannelOptions::path, {.name = "path", .help = "Path template: {name} is one segment, a last {rest*} the remainder.", .required = true,
                                   .example = "\"/orders/{id}\""})
      .add(&ChannelOptions::methods, {.name = "methods", .help = "Methods it serves. GET brings HEAD, OPTIONS is answered always; others get 405.",
                                      .fallback = "[GET, POST, PUT, PATCH, DELETE]", .choices = {"GET", "POST", "PUT", "PATCH", "DELETE"}, .one_alone = true})
      .add(&ChannelOptions::listen, {.name = "listen", .help = "Address to listen on instead of node.listen: host:port, [::1]:port, :port or unix:/path.",
                                     .example = "\"127.0.0.1:8443\""})
      .section(&ChannelOptions::tls, {.name = "tls", .help = "Serve TLS; needs a `listen` of its own, the same for all channels there.",
                                      .example = "{ certificate: tls/server.pem, key: tls/server.key }"},
               tls_settings())
      .add(&ChannelOptions::rewrite, {.name = "rewrite", .help = "Path that is sent on instead of the caller's, made of what `path` captured.",
                                      .example = "\"/v2/{rest}\""})
      .section(&ChannelOptions::request_headers, {.name = "request_headers", .help = "Headers of the request as the service sees it, and as it is sent on."},
               header_settings("request_headers"))
      .section(&ChannelOptions::response_headers, {.name = "response_headers", .help = "Headers of every answer of this channel."}, header_settings("response_headers"))
      .section(&ChannelOptions::cors, {.name = "cors", .help = "Lets pages of other origins read the answers (WHATWG Fetch)."}, cors_settings())
      .section(&ChannelOptions::compression, {.name = "compression", .help = "Compresses answers (RFC 9110, 12.5.3). Compressed requests are read without being asked for.",
                                              .example = "{}"}, compression_settings())
      .place(&ChannelOptions::at);
}

}  // namespace arint::connectors::http
