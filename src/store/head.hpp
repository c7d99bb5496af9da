// SPDX-License-Identifier: GPL-3.0-or-later
// The head of a message as bytes: everything of message::Message that has no column of its own.
#pragma once
#include <string>
#include <string_view>

#include "store/read.hpp"

namespace arint::store {

// Appends. Layout: a version byte, then counts and texts with their length before them (little-endian base 128, as in Protocol Buffers).
void write_head(const message::Message& message, std::string& out);
// Fills `loaded.message` and `loaded.fields` with views into `loaded.head`. False when it is not such a head.
bool read_head(Loaded& loaded);

}  // namespace arint::store
