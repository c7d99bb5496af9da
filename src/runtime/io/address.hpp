// SPDX-License-Identifier: GPL-3.0-or-later
// Address: where a socket is bound or connected to, IPv4, IPv6 or a unix path. Numeric only: names are DNS's business.
#pragma once
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace arint::runtime {

class Address {
 public:
  Address() = default;
  Address(const sockaddr* at, unsigned length) noexcept;
  // "127.0.0.1:8080", "[::1]:8080", "unix:/run/arint.sock" (at most 107 bytes of path). Nullopt when it is none of these.
  static std::optional<Address> parse(std::string_view text);

  const sockaddr* data() const noexcept { return reinterpret_cast<const sockaddr*>(&storage_); }
  unsigned length() const noexcept { return length_; }
  int family() const noexcept { return storage_.ss_family; }
  std::uint16_t port() const noexcept;     // 0 for a unix path
  std::string host() const;                // "127.0.0.1", "::1", the path; "" for an unnamed unix socket
  std::string text() const;                // as parse() reads it

 private:
  sockaddr_storage storage_{};
  unsigned length_ = 0;
};

}  // namespace arint::runtime
