// SPDX-License-Identifier: GPL-3.0-or-later
// Networks: who is meant by "10.0.0.0/8", "2001:db8::/32", "192.0.2.7" or "unix". For lists of peers that are believed.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "runtime/io/address.hpp"

namespace arint::http {

class Networks {
 public:
  // Fault rejected, saying what it looks like; also when bits are set behind the prefix.
  Result<void> add(std::string_view text);
  // An IPv4 address that came through an IPv6 socket counts as IPv4.
  bool contain(const runtime::Address& address) const noexcept;
  bool empty() const noexcept { return list_.empty() && !unix_; }
  bool operator==(const Networks&) const = default;

 private:
  struct One {
    std::array<std::uint8_t, 16> bytes{};
    std::uint8_t size = 0;  // 4 or 16
    std::uint8_t bits = 0;
    bool operator==(const One&) const = default;
  };
  static One one_of(const runtime::Address& address) noexcept;
  static bool within(const One& address, const One& network) noexcept;

  std::vector<One> list_{};
  bool unix_ = false;
};

}  // namespace arint::http
