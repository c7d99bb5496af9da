// SPDX-License-Identifier: GPL-3.0-or-later
#include "message/message.hpp"

namespace arint::message {

std::string_view header(const Message& message, std::string_view name) noexcept {
  for (const Field& field : message.headers)
    if (field.name == name) return field.value;
  return {};
}

}  // namespace arint::message
