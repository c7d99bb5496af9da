// SPDX-License-Identifier: GPL-3.0-or-later
// text/plain: the document is one text. Split, its items are the lines.
#pragma once
#include <memory>
#include <string>

#include "format/format.hpp"

namespace arint::format::text {

struct Options {
  std::string charset = "utf-8";  // reading, when the sender did not say; writing always
};

std::unique_ptr<const Format> make(Options options = {});

}  // namespace arint::format::text
