// SPDX-License-Identifier: GPL-3.0-or-later
// RFC 8785, section 3.2.3: names are ordered by their UTF-16 code units, which is not the order of their UTF-8 bytes.
#pragma once
#include <string_view>

namespace arint::format::json {

// Both are UTF-8 (or WTF-8).
inline bool utf16_less(std::string_view a, std::string_view b) noexcept {
  std::size_t at = 0;
  while (at < a.size() && at < b.size() && a[at] == b[at]) ++at;
  if (at == b.size()) return false;
  if (at == a.size()) return true;
  auto x = static_cast<unsigned char>(a[at]), y = static_cast<unsigned char>(b[at]);
  // A four-byte sequence (F0...) is a surrogate pair in UTF-16, which sorts before U+E000 to U+FFFF (EE, EF). Only the first byte
  // of a sequence can be over EC, so nothing else is affected.
  bool x_pair = x >= 0xF0, y_pair = y >= 0xF0;
  if (x_pair != y_pair) return x_pair ? y >= 0xEE : x < 0xEE;
  return x < y;
}

}  // namespace arint::format::json
