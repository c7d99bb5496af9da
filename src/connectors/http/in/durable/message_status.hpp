// SPDX-License-Identifier: GPL-3.0-or-later
// GET /.arint/messages/{id}: what has become of an accepted message, for whoever sent it.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "delivery/record.hpp"
#include "http/server/exchange.hpp"
#include "store/store.hpp"

namespace arint::connectors::http {

inline constexpr std::string_view status_path = "/.arint/messages/";

// Who the caller is to the channel of that name; nullopt: nobody it knows.
using CallerAt = std::function<std::optional<std::string>(std::string_view channel)>;

// Answers 404 when there is no such message, or it is another principal's: ids are 128 random bits.
runtime::Task<void> tell_status(arint::http::Exchange& exchange, store::Store& store, const CallerAt& caller);

// What its caller got or may get; nullopt while there is none.
runtime::Task<Result<std::optional<delivery::Answer>>> answer_of_message(store::Store& store, Id id);

}  // namespace arint::connectors::http
