// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong with a picture: JSONata's code, and one sentence. All functions on pictures give std::variant<T, PictureError>.
#pragma once
#include <string>
#include <variant>

namespace arint::mapping {

struct PictureError {
  std::string code{};      // "D3080" ...
  std::string sentence{};  // without the code
};

template <class T>
using Pictured = std::variant<T, PictureError>;

}  // namespace arint::mapping
