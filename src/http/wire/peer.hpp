// SPDX-License-Identifier: GPL-3.0-or-later
// Who is at the other end of a connection, as text; written once per connection.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "runtime/io/address.hpp"

namespace arint::http {

class Peer {
 public:
  Peer() = default;
  explicit Peer(const runtime::Address& address) noexcept;

  // "192.0.2.1", "2001:db8::1", "unix". An IPv4 address that came through an IPv6 socket is written as IPv4.
  std::string_view address() const noexcept { return {text_.data(), size_}; }
  std::uint16_t port() const noexcept { return port_; }
  bool ipv6() const noexcept { return ipv6_; }

 private:
  std::array<char, 46> text_{};
  std::uint8_t size_ = 0;
  bool ipv6_ = false;
  std::uint16_t port_ = 0;
};

}  // namespace arint::http
