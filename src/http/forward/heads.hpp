// SPDX-License-Identifier: GPL-3.0-or-later
// Heads as a gateway writes them: from the parsed form, without what ends at this hop and what callers may not claim.
#pragma once
#include <string_view>

#include "http/client/pool.hpp"
#include "http/codec/writer.hpp"
#include "http/forward/forward.hpp"
#include "http/server/exchange.hpp"

namespace arint::http {

// How the body goes on, and what else the head must say.
struct NextHop {
  Framing framing = Framing::none;
  std::uint64_t length = 0;
  bool expects_continue = false;
};

// What the next hop is told of who called: X-Forwarded-For, -Proto, -Host. Who is trusted says who was there before it; everybody
// else is where the list begins.
struct WhoCalled {
  std::string_view before{};  // the list of a trusted caller; "" = none
  std::string_view address{};
  std::string_view scheme{};
  std::string_view host{};    // "" = not said
};
WhoCalled who_called(const Exchange& exchange) noexcept;

void write_forwarded_request(HeadWriter& writer, Exchange& exchange, const Upstream::Inside& pool, const ForwardRules& rules, const NextHop& hop);
// The fields of an answer, without Content-Length, Date when it has none, and what our own server writes.
void write_forwarded_fields(HeadWriter& writer, const ResponseHead& head);
void collect_forwarded_fields(AnswerHead& answer, const ResponseHead& head);
// Trailer fields and the empty line behind them.
void write_trailers(HeadWriter& writer, const Fields& trailers);

}  // namespace arint::http
