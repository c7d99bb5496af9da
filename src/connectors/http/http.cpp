// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/http.hpp"

namespace arint::connectors::http {
namespace {

// What the channel itself answers; a fault in its service: http::status_of(Fault).
std::vector<Failure> channel_failures() {
  return {
      {"400", "The request is not strict HTTP/1.1, its path holds an escape that is no UTF-8, or its body is cut."},
      {"401", "`security` asks who the caller is, and he showed nothing, or something wrong; WWW-Authenticate says what is taken."},
      {"403", "Who he is is known, and he may not do this: a scope is missing."},
      {"404", "No channel serves the path."},
      {"405", "A channel serves the path, but not this method; Allow lists those it serves."},
      {"406", "The caller accepts none of the channel's formats."},
      {"408", "The head or the body came too slowly."},
      {"413", "The body is longer than `limits.body`, also once it is decoded, or grows more than 100 times by that, or the run needed more than `limits.memory`."},
      {"415", "The body is in none of the channel's formats, or in a content coding that is not gzip, zstd or br."},
      {"429", "This caller has asked more often than `limits.rate` lets him; Retry-After says when to come back."},
      {"503", "`in_flight` messages are in progress, the node stops, or the action log cannot be written; Retry-After says when to come back."},
  };
}

// http::fault_of_status, and what Upstream::call says of a call without an answer.
std::vector<Failure> outgoing_failures() {
  return {
      {"unreachable", "Nothing was sent: the name is unknown, nobody listens, TLS failed, or the breaker is open."},
      {"timeout", "It was sent and no whole answer came in time, or the connection was cut; the peer may have done it. Also status 408, 502 and 504."},
      {"busy", "Status 429 or 503 (Retry-After is obeyed), or `in_flight` and `queue` are full."},
      {"refused", "Status 401, 403 or 407, or a certificate was not accepted, theirs or ours."},
      {"rejected", "Any other status of 400 and above that `accept` does not name; the peer's words are kept."},
      {"malformed", "The answer is not HTTP, or larger than `response`, or not in the format it claims."},
  };
}

}  // namespace

Connector http() { return {"http", "HTTP/1.1 and HTTPS, in and out.", in(), out(), channel_failures(), outgoing_failures()}; }

}  // namespace arint::connectors::http
