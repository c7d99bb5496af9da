// SPDX-License-Identifier: GPL-3.0-or-later
// The gateway path: an exchange passed on to an upstream and the answer passed back, both bodies streaming with bounded
// memory. Heads are written anew from their parsed form, never passed on as bytes.
//
//   Result<void> done = co_await forward(exchange, upstream, rules);
//
// Dropped both ways: hop-by-hop fields and those Connection names (RFC 9110, 7.6.1). Dropped from the request: fields by
// which a front tells a back who called (X-Forwarded-*, Forwarded, Client-Cert, X-Real-IP), in every case and spelling
// with '_' or '-'; then X-Forwarded-For, -Proto and -Host, Via and traceparent are written from what is known here.
// What the exchange's Passing says is done on top.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/client/upstream.hpp"
#include "http/server/exchange.hpp"
#include "runtime/runtime.hpp"

namespace arint::http {

struct ForwardRules {
  std::string strip_prefix{};           // taken off the front of the path, at a segment's end; "" = nothing
  std::string add_prefix{};             // put before what is left
  bool keep_host = false;               // send the caller's Host instead of the upstream's
  HeaderRules shown{};                  // credentials of ours, instead of the caller's fields of these names
  std::string via = "1.1 arint";        // "" = write no Via (RFC 9110, 7.6.3 asks a gateway to)
};

// The times that bound it are connect, first byte and silence within a body, and the caller's Deadline; not the upstream's
// `timeout`, since a stream takes as long as it takes.
// Answers the exchange in every case but cancellation: with the upstream's answer, or a problem (502, 503, 504, 413).
// The fault returned is for log and metrics: as of Upstream::call, and `timeout` when either side broke off in the middle.
// A kept connection that died before the answer began is replaced once, when the request may be repeated and its body is
// still in the buffer. After cancellation the caller's connection is closed. `key`: for consistent_hash, as Request::key.
// Exchange::address() says where it went.
runtime::Task<Result<void>> forward(Exchange& exchange, Upstream& upstream, const ForwardRules& rules, std::optional<std::uint64_t> key = {});

}  // namespace arint::http
