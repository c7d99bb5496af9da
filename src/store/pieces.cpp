// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/pieces.hpp"

namespace arint::store {

void put(std::uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}
void put(std::string_view text, std::string& out) {
  put(text.size(), out);
  out += text;
}

bool take(std::string_view& from, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && !from.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(from.front());
    from.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}
bool take(std::string_view& from, std::string_view& text) {
  std::uint64_t size = 0;
  if (!take(from, size) || size > from.size()) return false;
  text = from.substr(0, size);
  from.remove_prefix(size);
  return true;
}

}  // namespace arint::store
