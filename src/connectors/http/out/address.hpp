// SPDX-License-Identifier: GPL-3.0-or-later
// The base address of an outgoing. RFC 3986: scheme "://" host [ ":" port ] [ path ]; no user, query or fragment.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/client/upstream.hpp"

namespace arint::connectors::http {

struct BaseAddress {
  bool secure = false;
  std::string host{};       // without brackets
  std::uint16_t port = 0;   // 0 = the scheme's
  std::string path{};       // without a slash at its end; "" for none
};

// Fault rejected: what is wrong and what an address looks like. A password in it is not repeated.
Result<BaseAddress> parse_address(std::string_view url);

// host:port, host, [IPv6]:port or unix:/path of `addresses`. Fault rejected, as above.
Result<arint::http::UpstreamAddress> parse_place(std::string_view text);

}  // namespace arint::connectors::http
