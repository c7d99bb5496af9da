// SPDX-License-Identifier: GPL-3.0-or-later
// `${env:X}`, `${env:X:-default}` and `${file:P}` in text options; `$${` is a literal `${`.
#pragma once
#include <optional>
#include <string>

#include "declare/reading.hpp"

namespace arint::declare {

struct Replaced {
  std::string text{};
  bool changed = false;    // something was replaced
  bool kept = false;       // something could not be replaced and stands as it was written
  bool from_file = false;  // part of it came from a file, which usually holds a secret: never shown
};

// The scalar's text with everything replaced; nullopt when a problem was reported (at the place of the `${`).
// Not recursive: what a variable or a file holds is taken as it is.
std::optional<Replaced> replace(const Node& scalar, Reading& reading);

// The same for a reader that only wants the text: problems are not reported, what cannot be replaced stays as written.
Replaced replace_or_keep(const Node& scalar, Project& project);

}  // namespace arint::declare
