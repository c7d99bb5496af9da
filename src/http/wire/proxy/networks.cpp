// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/wire/proxy/networks.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <cstring>
#include <string>

#include "base/text.hpp"

namespace arint::http {

Networks::One Networks::one_of(const runtime::Address& address) noexcept {
  One out;
  if (address.family() == AF_INET) {
    out.size = 4;
    std::memcpy(out.bytes.data(), &reinterpret_cast<const sockaddr_in*>(address.data())->sin_addr, 4);
  } else if (address.family() == AF_INET6) {
    const in6_addr& v6 = reinterpret_cast<const sockaddr_in6*>(address.data())->sin6_addr;
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&v6);
    out.size = mapped ? 4 : 16;
    std::memcpy(out.bytes.data(), v6.s6_addr + (mapped ? 12 : 0), out.size);
  }
  out.bits = static_cast<std::uint8_t>(out.size * 8);
  return out;
}

bool Networks::within(const One& address, const One& network) noexcept {
  if (address.size != network.size) return false;
  const std::size_t whole = network.bits / 8, rest = network.bits % 8;
  if (std::memcmp(address.bytes.data(), network.bytes.data(), whole) != 0) return false;
  if (rest == 0) return true;
  const unsigned mask = 0xffu << (8 - rest) & 0xffu;
  return ((address.bytes[whole] ^ network.bytes[whole]) & mask) == 0;
}

Result<void> Networks::add(std::string_view text) {
  if (text == "unix") {
    unix_ = true;
    return {};
  }
  const std::size_t slash = text.find('/');
  const std::string host(text.substr(0, slash));
  One one;
  if (::inet_pton(AF_INET, host.c_str(), one.bytes.data()) == 1) one.size = 4;
  else if (::inet_pton(AF_INET6, host.c_str(), one.bytes.data()) == 1) one.size = 16;
  unsigned bits = one.size * 8u;
  bool fine = one.size > 0;
  if (slash != text.npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    fine = fine && error == std::errc() && end == digits.data() + digits.size() && bits <= one.size * 8u;
  }
  for (unsigned bit = bits; fine && bit < one.size * 8u; ++bit) fine = !(one.bytes[bit / 8] & (0x80u >> bit % 8));
  if (!fine) return Error{Fault::rejected, quoted(text) + " is no network; say 10.0.0.0/8, 192.0.2.7, 2001:db8::/32 or unix"};
  one.bits = static_cast<std::uint8_t>(bits);
  list_.push_back(one);
  return {};
}

bool Networks::contain(const runtime::Address& address) const noexcept {
  if (address.family() != AF_INET && address.family() != AF_INET6) return unix_;
  if (list_.empty()) return false;
  const One one = one_of(address);
  for (const One& network : list_)
    if (within(one, network)) return true;
  return false;
}

}  // namespace arint::http
