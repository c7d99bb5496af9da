// SPDX-License-Identifier: GPL-3.0-or-later
// Accepted messages over the socket of the commands: GET /messages?state=dead&channel=orders lists, GET /messages/ID shows one,
// POST /messages/ID/resume, /drop and /replay decide about one.
#pragma once
#include "http/server/exchange.hpp"
#include "log/actions/writer.hpp"
#include "store/store.hpp"

namespace arint::admin {

inline constexpr std::string_view messages_path = "/messages";

// `store` may be null: the node has none. What a person decides has a line in the action log.
runtime::Task<void> serve_messages(http::Exchange& exchange, store::Store* store, log::Writer& log);

}  // namespace arint::admin
