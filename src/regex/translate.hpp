// SPDX-License-Identifier: GPL-3.0-or-later
// ECMAScript regular expression syntax to RE2's.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "regex/regex.hpp"

namespace arint::regex {

// The pattern in RE2's syntax. The sentence of an error completes "the regular expression X ...".
Result<std::string> translate(std::string_view pattern, Flags flags);

}  // namespace arint::regex
