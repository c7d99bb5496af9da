// SPDX-License-Identifier: GPL-3.0-or-later
// The head of an HTTP request as that of a message.
#pragma once
#include "document/arena.hpp"
#include "http/server/exchange.hpp"
#include "message/message.hpp"

namespace arint::connectors::http {

// Fills trace, method, target, query, content type, peer and headers (names in lower case, in the arena), as the channel's rules for what it
// passes on leave them. Views into the exchange.
void read_head(arint::http::Exchange& exchange, document::Arena& arena, message::Message& message);

}  // namespace arint::connectors::http
