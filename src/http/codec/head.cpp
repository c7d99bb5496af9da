// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/codec/head.hpp"

#include "base/text.hpp"

namespace arint::http {

const FieldSlice* Fields::find(std::string_view wanted) const noexcept {
  if (Name id = name_of(wanted); id != Name::other) {
    std::uint8_t first = first_[static_cast<std::size_t>(id)];
    return first ? &list_[first - 1u] : nullptr;
  }
  for (std::size_t i = 0; i < count_; ++i)
    if (list_[i].name_size == wanted.size() && equals_ignoring_case(name(list_[i]), wanted)) return &list_[i];
  return nullptr;
}

}  // namespace arint::http
