// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/callback/callback.hpp"

#include "connectors/callback/connection.hpp"
#include "connectors/callback/options.hpp"
#include "declare/project.hpp"

namespace arint::connectors::callback {
namespace {

std::unique_ptr<outgoing::Connection> make(const declare::Choice& choice, outgoing::Making& making) {
  const Options& options = choice.as<Options>();
  Terms terms;
  for (const std::string& text : options.allow) {
    Result<Url> pattern = parse_pattern(text);
    if (pattern) terms.allow.push_back(std::move(*pattern));
    else making.reading.fault(options.at, "allow: " + pattern.error().sentence + "; an entry looks like https://*.partner.example/hooks/");
  }
  for (const std::string& text : options.networks)
    if (Result<void> added = terms.networks.add(text); !added) making.reading.fault(options.at, "networks: " + added.error().sentence);
  arint::http::TlsClientOptions trust;
  if (options.ca) trust.ca_file = making.reading.project().folder() + "/" + options.ca->path;
  Result<std::shared_ptr<arint::http::TlsContext>> tls = arint::http::TlsContext::client(trust);
  if (tls) terms.tls = *tls;
  else making.reading.fault(options.at, tls.error().sentence);
  terms.lanes.in_flight = options.per_host;
  if (options.rate) terms.lanes.calls = options.rate->calls, terms.lanes.per = options.rate->per;
  terms.lanes.failures = options.pause.failures;
  terms.lanes.pause = options.pause.first;
  terms.lanes.longest_pause = options.pause.longest;
  terms.connect_timeout = options.connect_timeout;
  terms.first_byte_timeout = options.first_byte_timeout;
  terms.timeout = making.timeout;
  terms.signer = making.signer;
  if (terms.allow.size() != options.allow.size() || !terms.tls) return nullptr;
  return std::make_unique<CallbackConnection>(std::move(terms), making.core);
}

// fault_of_answer(), and what Upstream::call says of a call without an answer.
std::vector<connectors::Failure> failures() {
  return {
      {"unreachable", "Nothing was sent: the name is unknown, nobody listens, TLS failed, or the endpoint is paused."},
      {"timeout", "It was sent and no whole answer came in time, or the connection was cut. Also status 408, 502 and 504."},
      {"busy", "Any other status of 400 and above (Retry-After is obeyed): 404, 429, 500, 503, ..."},
      {"refused", "Status 401, 403 or 407, or the certificate was not accepted."},
      {"rejected", "The address is not allowed, or leads to one that is not public; a redirect; status 400, 410, 413, 415 or 422."},
      {"malformed", "The answer is not HTTP, or larger than 64 KiB, or not in the format it claims."},
  };
}

}  // namespace

Connector callback() {
  return {.name = "callback",
          .help = "Addresses that come with messages, out.",
          .out = outgoing::Kind{.options = settings(), .send = notify_settings(), .make = make, .signs = true},
          .out_failures = failures()};
}

}  // namespace arint::connectors::callback
