// SPDX-License-Identifier: GPL-3.0-or-later
// application/x-www-form-urlencoded (WHATWG URL, section 5) to and from an object of texts.
//
// A name that repeats holds an array, at the place of its first. Stricter than WHATWG: a broken %-escape and bytes that are not
// in the charset are refused.
#pragma once
#include <memory>

#include "format/format.hpp"

namespace arint::format::form {

std::unique_ptr<const Format> make();

}  // namespace arint::format::form
