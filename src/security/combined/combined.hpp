// SPDX-License-Identifier: GPL-3.0-or-later
// Schemes made of others: `any_of`, where one is enough, and `all_of`, where each is needed.
#pragma once
#include "security/scheme.hpp"

namespace arint::security::combined {

Scheme any_of();
Scheme all_of();

}  // namespace arint::security::combined
