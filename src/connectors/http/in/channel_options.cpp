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
      .place(&ChannelOptions::at);
}

}  // namespace arint::connectors::http
