// SPDX-License-Identifier: GPL-3.0-or-later
// application/octet-stream: the document is the bytes, untouched. Text is written as its UTF-8 bytes.
#pragma once
#include <memory>

#include "format/format.hpp"

namespace arint::format::bytes {

std::unique_ptr<const Format> make();

}  // namespace arint::format::bytes
