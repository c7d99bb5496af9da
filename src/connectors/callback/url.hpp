// SPDX-License-Identifier: GPL-3.0-or-later
// The address of a callback as it comes with a message, parsed strictly: what is ambiguous is refused, so that what is compared with
// the allow-list is what is called. RFC 3986, 3; less: no user, no fragment, no dot segments, no encoded slash.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace arint::connectors::callback {

struct Url {
  bool secure = false;
  std::string host{};       // lower case, without brackets
  std::uint16_t port = 0;   // the scheme's when none is written
  std::string path{};       // begins with /
  std::string query{};      // with its ?, or empty

  std::string origin() const;  // "https://shop.example:443"
  std::string target() const { return path + query; }
};

inline constexpr std::size_t longest_url = 2048;  // bytes

// Fault rejected; its sentence says what is wrong, and repeats no user or password.
Result<Url> parse_url(std::string_view text);

// The same for an entry of the allow-list, whose labels may be `*`.
Result<Url> parse_pattern(std::string_view text);

// Scheme and port are the same, the host's labels too where `*` is any one label, and the path is the pattern's or below it.
bool fits(const Url& url, const Url& pattern);

}  // namespace arint::connectors::callback
