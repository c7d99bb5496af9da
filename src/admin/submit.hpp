// SPDX-License-Identifier: GPL-3.0-or-later
// Messages by hand over the socket of the commands: POST /channels/NAME?method=PUT&path=/orders/7&header=Name%3A+value with the message as
// the body. What the channel told its sender comes back: its body and Content-Type, its status in `Arint-Status` (0: it has none).
#pragma once
#include "engine/engine.hpp"
#include "http/server/exchange.hpp"

namespace arint::admin {

inline constexpr std::string_view channels_path = "/channels/";

runtime::Task<void> serve_submit(http::Exchange& exchange, engine::Engine& engine);

}  // namespace arint::admin
