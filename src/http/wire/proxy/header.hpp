// SPDX-License-Identifier: GPL-3.0-or-later
// PROXY protocol, versions 1 and 2: what a balancer says in front of a connection about who opened it. haproxy.org,
// proxy-protocol.txt (2020-03-05), sections 2.1 and 2.2. Strict: whatever is not exactly in the form is refused.
//
//   PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n        at most 107 bytes; TCP6, or UNKNOWN and anything
//   0D 0A 0D 0A 00 0D 0A 51 55 49 54 0A | 21 | 11 | 00 0C | 4+4 address bytes, 2+2 port bytes, then TLVs
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/io/address.hpp"

namespace arint::http {

// Reads the header without a byte of what follows it. Feed what wants() asks for, until it wants nothing.
class ProxyHeader {
 public:
  static constexpr std::size_t longest = 16 + 4096;  // of version 2 with its TLVs; longer ones are refused
  // How many bytes to give next: 0 = it is complete or refused.
  std::size_t wants() const noexcept { return wants_; }
  // Exactly wants() bytes.
  void feed(std::string_view bytes) noexcept;
  bool refused() const noexcept { return refused_; }
  // Who opened the connection; none for LOCAL, UNKNOWN and families other than IPv4 and IPv6: then it is the peer itself.
  const std::optional<runtime::Address>& source() const noexcept { return source_; }

 private:
  void refuse() noexcept { refused_ = true, wants_ = 0; }
  void text_line() noexcept;
  void binary_head() noexcept;
  void binary_rest() noexcept;

  std::size_t wants_ = 12;
  std::size_t size_ = 0;
  bool binary_ = false;
  bool refused_ = false;
  std::optional<runtime::Address> source_{};
  char bytes_[longest];
};

}  // namespace arint::http
