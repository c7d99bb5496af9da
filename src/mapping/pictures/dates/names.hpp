// SPDX-License-Identifier: GPL-3.0-or-later
// English names of months and days of the week.
#pragma once
#include <array>
#include <string_view>

namespace arint::mapping {

inline constexpr std::array<std::string_view, 12> month_names{"January", "February", "March",     "April",   "May",      "June",
                                                              "July",    "August",   "September", "October", "November", "December"};
inline constexpr std::array<std::string_view, 7> day_names{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

}  // namespace arint::mapping
