// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/channel_options.hpp"

namespace arint::connectors::http {
namespace {

declare::Settings<ChannelTls> tls_settings() {
  return declare::Settings<ChannelTls>{"tls", "TLS 1.2 and 1.3 at this listener."}
      .add(&ChannelTls::certificate, {.name = "certificate", .help = "PEM file: our certificate, then the intermediate ones.", .required = true,
                                      .example = "tls/server.pem"})
      .add(&ChannelTls::key, {.name = "key", .help = "PEM file with the private key.", .required = true, .example = "tls/server.key"})
      .add(&ChannelTls::more, {.name = "more", .help = "PEM files, each with a certificate, the intermediate ones and its private key. A caller gets the one "
                                                       "that has the name it asks for (SNI), else one with a wildcard for it, else `certificate`.",
                               .example = "[tls/other.pem]"})
      .add(&ChannelTls::ocsp, {.name = "ocsp", .help = "DER file: what the authority's OCSP responder says of `certificate`; sent along with it. Renew it with a reload.",
                               .example = "tls/server.ocsp"})
      .add(&ChannelTls::client_ca, {.name = "client_ca", .help = "PEM file: authorities of callers' certificates.", .example = "tls/partners.pem"})
      .add(&ChannelTls::verify, {.name = "verify", .help = "Whether callers show a certificate of `client_ca`: `none` is asked for, `optional`: who shows one must "
                                                           "convince, `required`. Without it: required where there is a `client_ca`."})
      .add(&ChannelTls::principal, {.name = "principal", .help = "What of the caller's certificate becomes $principal: its `subject` (CN=partner,O=Acme), the first "
                                                                 "`name` in it (DNS, mail or URI), or its `sha256`.",
                                    .fallback = "subject"})
      .add(&ChannelTls::least, {.name = "least", .help = "Oldest version that is spoken.", .fallback = "1.2"});
}

}  // namespace

const declare::Words<PrincipalFrom>& words_of(PrincipalFrom) {
  static const declare::Words<PrincipalFrom> words{{"subject", PrincipalFrom::subject}, {"name", PrincipalFrom::name}, {"sha256", PrincipalFrom::sha256}};
  return words;
}

}  // namespace arint::connectors::http

namespace arint::http {

const declare::Words<ClientCertificate>& words_of(ClientCertificate) {
  static const declare::Words<ClientCertificate> words{
      {"none", ClientCertificate::none}, {"optional", ClientCertificate::optional}, {"required", ClientCertificate::required}};
  return words;
}

const declare::Words<TlsVersion>& words_of(TlsVersion) {
  static const declare::Words<TlsVersion> words{{"1.2", TlsVersion::tls12}, {"1.3", TlsVersion::tls13}};
  return words;
}

}  // namespace arint::http

namespace arint::connectors::http {

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
      .add(&ChannelOptions::proxies, {.name = "proxies", .help = "Peers (networks, or `unix`) that say in a PROXY header, version 1 or 2, who is behind them; from them "
                                                                 "it must come, from others it is refused. The same for all channels of one address.",
                                      .example = "[10.0.0.0/8]"})
      .add(&ChannelOptions::trusted, {.name = "trusted", .help = "Callers (networks, or `unix`) whose X-Forwarded-For, -Proto and -Host are passed on, with the caller's "
                                                                 "own address behind. Those of all others are dropped. The same for all channels of one address.",
                                      .example = "[10.0.0.0/8]"})
      .add(&ChannelOptions::connections_per_address,
           {.name = "connections_per_address", .help = "Connections one address (of IPv6 its /64) may have open at this listener and at others with such a limit; the next is answered "
                                                       "503 and closed, over TLS closed. 0: no limit. `proxies` are not counted. The same for all channels of one address.",
            .unit = "connections", .fallback = "0", .least = 0, .most = 100'000})
      .place(&ChannelOptions::at);
}

}  // namespace arint::connectors::http
