// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/wire/peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace arint::http {

Peer::Peer(const runtime::Address& address) noexcept : port_(address.port()) {
  if (address.family() == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address.data());
    ::inet_ntop(AF_INET, &v4->sin_addr, text_.data(), text_.size());
  } else if (address.family() == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address.data());
    if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
      ::inet_ntop(AF_INET, v6->sin6_addr.s6_addr + 12, text_.data(), text_.size());
    } else {
      ipv6_ = true;
      ::inet_ntop(AF_INET6, &v6->sin6_addr, text_.data(), text_.size());
    }
  } else {
    std::memcpy(text_.data(), "unix", 5);
  }
  size_ = static_cast<std::uint8_t>(std::strlen(text_.data()));
}

}  // namespace arint::http
