// SPDX-License-Identifier: GPL-3.0-or-later
// Request targets: split, checked, normalised. What two readers could take for two different paths is refused.
// Source: RFC 9112, section 3.2; RFC 3986, sections 3.3, 3.4 and 6.2.2.
#pragma once
#include <string_view>

#include "http/codec/head.hpp"
#include "http/codec/refusal.hpp"

namespace arint::http {

// `target` is what stood between the spaces (0x21..0x7E only); offsets in `out` count from its first byte plus `at`.
// Forms: "/path?query", "http://host/path", "*" with OPTIONS. Refused in the path: characters outside RFC 3986, "%2F",
// "%5C", encoded controls, dot segments in any spelling (also "..;x"), what does not decode to UTF-8.
Refusal parse_target(std::string_view target, std::uint32_t at, Method method, TargetSlices& out) noexcept;

// Writes the normal form of a path that parse_target() accepted: unreserved characters decoded, other escapes with upper-case
// digits, "" as "/". `to` has room for path.size() + 1 bytes. Returns what was written.
std::string_view normalise_path(std::string_view path, char* to) noexcept;

}  // namespace arint::http
