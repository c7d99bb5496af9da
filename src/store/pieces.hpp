// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers and texts one behind the other in bytes that the store keeps: a number as a base-128 varint (Protocol Buffers, Encoding),
// a text as its length and its bytes.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace arint::store {

void put(std::uint64_t value, std::string& out);
void put(std::string_view text, std::string& out);

// From the front of `from`, which goes on behind what was taken; a text is a view into it. False: it is not there whole.
bool take(std::string_view& from, std::uint64_t& value);
bool take(std::string_view& from, std::string_view& text);

}  // namespace arint::store
