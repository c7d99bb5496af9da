// SPDX-License-Identifier: GPL-3.0-or-later
// NameTable: from a name to its number, for the properties of an object and the texts of an enum. Built once, then asked for each member.
//
// Documents mostly write their members in the order the schema lists them, so the number after the last one found is tried first; a
// hash of the length and the first and last bytes finds the others.
#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace arint::schema {

class NameTable {
 public:
  static constexpr std::uint32_t none = 0xFFFFFFFF;

  // The number of the name, which is added when it is new.
  std::uint32_t add(std::string_view name) {
    std::uint32_t found = names_.empty() ? none : find(name);
    if (found != none) return found;
    names_.emplace_back(name);
    std::uint32_t number = static_cast<std::uint32_t>(names_.size() - 1);
    if (names_.size() * 2 <= slots_.size()) {
      place(number);
    } else {
      slots_.assign(std::bit_ceil(names_.size() * 4), none);
      for (std::uint32_t i = 0; i < names_.size(); ++i) place(i);
    }
    return number;
  }

  std::uint32_t find(std::string_view name, std::uint32_t hint = none) const noexcept {
    if (hint < names_.size() && same_text(names_[hint], name)) return hint;
    if (slots_.empty()) return none;
    for (std::size_t at = hash(name) & (slots_.size() - 1); slots_[at] != none; at = (at + 1) & (slots_.size() - 1))
      if (same_text(names_[slots_[at]], name)) return slots_[at];
    return none;
  }

  const std::vector<std::string>& names() const noexcept { return names_; }
  std::size_t size() const noexcept { return names_.size(); }

 private:
  void place(std::uint32_t number) noexcept {
    std::size_t at = hash(names_[number]) & (slots_.size() - 1);
    while (slots_[at] != none) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = number;
  }

  static std::size_t hash(std::string_view name) noexcept {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::size_t size = name.size();
    if (size >= 8) {
      std::memcpy(&first, name.data(), 8);
      std::memcpy(&last, name.data() + size - 8, 8);
    } else if (size >= 4) {
      std::memcpy(&first, name.data(), 4);
      std::memcpy(&last, name.data() + size - 4, 4);
    } else if (size > 0) {
      first = static_cast<unsigned char>(name[0]) | static_cast<unsigned>(static_cast<unsigned char>(name[size / 2])) << 8;
      last = static_cast<unsigned char>(name[size - 1]);
    }
    std::uint64_t mixed = (first * 0x9E3779B97F4A7C15ull) ^ (last * 0xC2B2AE3D27D4EB4Full) ^ size;
    return static_cast<std::size_t>(mixed ^ mixed >> 29);
  }

  std::vector<std::string> names_;
  std::vector<std::uint32_t> slots_;
};

}  // namespace arint::schema
