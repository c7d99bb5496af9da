// SPDX-License-Identifier: GPL-3.0-or-later
// Request methods: those registered at IANA (HTTP Method Registry). Anything else is refused, because a method nobody
// registered is, in practice, bytes left over from another message.
#pragma once
#include <cstdint>
#include <string_view>

namespace arint::http {

enum class Method : std::uint8_t {
  unknown,
  get, head, post, put, delete_, patch, options, trace, connect,
  other,  // registered (WebDAV and its kin) and passed on as text
};

Method method_of(std::string_view text) noexcept;  // case-sensitive: RFC 9110, 9.1
std::string_view text_of(Method method) noexcept;  // "" for unknown and other

// RFC 9110, 9.2.2: doing it twice is doing it once. False for `other`: not all of them are.
bool idempotent(Method method) noexcept;
// RFC 9110, 9.3: content in such a request has no defined meaning (GET, HEAD, OPTIONS is allowed but unusual, TRACE, CONNECT).
bool content_unexpected(Method method) noexcept;

}  // namespace arint::http
