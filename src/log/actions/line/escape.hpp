// SPDX-License-Identifier: GPL-3.0-or-later
// Text from anywhere into a JSON string on one line that no terminal can be tricked by.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace arint::log {

// Writes `value` as the inside of a JSON string (RFC 8259, section 7) and returns the new end; never more than `room` bytes.
// Escaped beyond what JSON asks: DEL and C1 controls (8-bit CSI), line and paragraph separators, and marks that turn the
// reading direction. Bytes that are not UTF-8 become \ufffd, one each. What does not fit is cut at a character, "..." is
// put in its place and the number of input bytes left out is added to `cut`.
char* escape(char* to, std::string_view value, std::size_t room, std::uint64_t& cut) noexcept;

// The same without a limit, for texts of our own and for filters.
std::string escaped(std::string_view value);

}  // namespace arint::log
