// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/io/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstring>

namespace arint::runtime {
namespace {
constexpr std::string_view unix_prefix = "unix:";

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return port;
}

std::optional<Address> unix_address(std::string_view path) {
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
  if (path.find('\0') != path.npos) return std::nullopt;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return Address(reinterpret_cast<const sockaddr*>(&address),
                 static_cast<unsigned>(offsetof(sockaddr_un, sun_path) + path.size() + 1));
}
}  // namespace

Address::Address(const sockaddr* at, unsigned length) noexcept
    : length_(std::min<unsigned>(length, sizeof storage_)) {
  std::memcpy(&storage_, at, length_);
}

std::optional<Address> Address::parse(std::string_view text) {
  if (text.starts_with(unix_prefix)) return unix_address(text.substr(unix_prefix.size()));
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return std::nullopt;
  const std::optional<std::uint16_t> port = port_of(text.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(*port);
    if (::inet_pton(AF_INET6, std::string(host.substr(1, host.size() - 2)).c_str(), &v6.sin6_addr) != 1) return std::nullopt;
    return Address(reinterpret_cast<const sockaddr*>(&v6), sizeof v6);
  }
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(*port);
  if (::inet_pton(AF_INET, std::string(host).c_str(), &v4.sin_addr) != 1) return std::nullopt;
  return Address(reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
}

std::uint16_t Address::port() const noexcept {
  if (family() == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(storage_).sin_port);
  if (family() == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(storage_).sin6_port);
  return 0;
}

std::string Address::host() const {
  char text[INET6_ADDRSTRLEN] = {};
  if (family() == AF_INET)
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(storage_).sin_addr, text, sizeof text);
  else if (family() == AF_INET6)
    ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(storage_).sin6_addr, text, sizeof text);
  else if (family() == AF_UNIX && length_ > offsetof(sockaddr_un, sun_path)) {
    const auto& address = reinterpret_cast<const sockaddr_un&>(storage_);
    return std::string(address.sun_path, ::strnlen(address.sun_path, length_ - offsetof(sockaddr_un, sun_path)));
  }
  return text;
}

std::string Address::text() const {
  if (family() == AF_UNIX) return std::string(unix_prefix) + host();
  if (family() == AF_INET6) return "[" + host() + "]:" + std::to_string(port());
  return host() + ":" + std::to_string(port());
}

}  // namespace arint::runtime
