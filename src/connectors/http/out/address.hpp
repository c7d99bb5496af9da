// SPDX-License-Identifier: GPL-3.0-or-later
// The base address of an outgoing. RFC 3986: scheme "://" host [ ":" port ] [ path ]; no user, query or fragment.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace arint::connectors::http {

struct BaseAddress {
  bool secure = false;
  std::string host{};       // without brackets
  std::uint16_t port = 0;   // 0 = the scheme's
  std::string path{};       // without a slash at its end; "" for none
};

// Fault rejected: what is wrong and what an address looks like. A password in it is not repeated.
Result<BaseAddress> parse_address(std::string_view url);

}  // namespace arint::connectors::http
