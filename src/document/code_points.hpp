// SPDX-License-Identifier: GPL-3.0-or-later
// How many characters (code points) a text in UTF-8 has.
#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>

namespace arint::document {

// All bytes but the continuing ones (10xxxxxx), eight at a time; a byte that is no UTF-8 counts as one.
inline std::size_t code_points(std::string_view text) noexcept {
  std::size_t continuing = 0, at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t bytes;
    std::memcpy(&bytes, text.data() + at, 8);
    continuing += static_cast<std::size_t>(((bytes & ~(bytes << 1) & 0x8080808080808080ull) >> 7) * 0x0101010101010101ull >> 56);
  }
  for (; at < text.size(); ++at) continuing += (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  return text.size() - continuing;
}

}  // namespace arint::document
