// SPDX-License-Identifier: GPL-3.0-or-later
// A fixed bearer token for a peer (RFC 6750, 2.1). Who a caller is by his token says the scheme `jwt`.
#pragma once
#include "security/scheme.hpp"

namespace arint::security::bearer {

Scheme scheme();

}  // namespace arint::security::bearer
