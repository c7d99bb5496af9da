// SPDX-License-Identifier: GPL-3.0-or-later
// Two texts side by side, for a person: lines only in the first with "-", only in the second with "+", others with a blank.
#pragma once
#include <string>

namespace arint::command::maps {

// Lines that are far from any difference are left out. Texts of over 2,000 lines are shown whole, one after the other.
std::string difference(const std::string& expected, const std::string& got);

}  // namespace arint::command::maps
