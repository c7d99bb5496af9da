// SPDX-License-Identifier: GPL-3.0-or-later
// Reads single values out of lines of our own making, for filters: no tree, no allocation.
#pragma once
#include <optional>
#include <string_view>

namespace arint::log {

// The raw value of a top-level key of a one-line JSON object: for strings what stands between the quotes, still escaped;
// else the text of the number or the inner object. nullopt when the key is not there or the line is not an object.
std::optional<std::string_view> raw_value(std::string_view line, std::string_view key) noexcept;

// A whole, well-formed action line: an object on one line with a time stamp first and a sequence next.
bool looks_like_action(std::string_view line) noexcept;

}  // namespace arint::log
