// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/callback/reach.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace arint::connectors::callback {
namespace {

struct Block {
  std::uint32_t first;
  int bits;
};
constexpr std::uint32_t v4(unsigned a, unsigned b, unsigned c) { return a << 24 | b << 16 | c << 8; }

// RFC 6890 and the registry that it began.
constexpr Block special[] = {{v4(0, 0, 0), 8},     {v4(10, 0, 0), 8},     {v4(100, 64, 0), 10},   {v4(127, 0, 0), 8},    {v4(169, 254, 0), 16},
                             {v4(172, 16, 0), 12}, {v4(192, 0, 0), 24},   {v4(192, 0, 2), 24},    {v4(192, 88, 99), 24}, {v4(192, 168, 0), 16},
                             {v4(198, 18, 0), 15}, {v4(198, 51, 100), 24}, {v4(203, 0, 113), 24}, {v4(224, 0, 0), 3}};

bool public_v4(std::uint32_t address) {
  return std::none_of(std::begin(special), std::end(special), [&](const Block& block) { return (address ^ block.first) >> (32 - block.bits) == 0; });
}

std::uint32_t v4_at(const unsigned char* bytes) { return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3]; }

bool public_v6(const unsigned char* bytes) {
  static constexpr unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::memcmp(bytes, mapped, sizeof mapped) == 0) return public_v4(v4_at(bytes + 12));
  if ((bytes[0] & 0xe0) != 0x20) return false;  // global unicast is 2000::/3; RFC 4291, 2.4
  const unsigned first = bytes[0] << 8 | bytes[1], second = bytes[2] << 8 | bytes[3];
  if (first == 0x2002) return public_v4(v4_at(bytes + 2));  // 6to4, RFC 3056
  if (first == 0x2001 && second < 0x200) return false;      // protocol assignments, Teredo
  return !(first == 0x2001 && second == 0xdb8) && !(first == 0x3fff && second < 0x1000);  // documentation
}

}  // namespace

bool is_public(const runtime::Address& address) {
  if (address.family() == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address.data(), sizeof in);
    return public_v4(ntohl(in.sin_addr.s_addr));
  }
  if (address.family() != AF_INET6) return false;
  sockaddr_in6 in6{};
  std::memcpy(&in6, address.data(), sizeof in6);
  return public_v6(in6.sin6_addr.s6_addr);
}

}  // namespace arint::connectors::callback
