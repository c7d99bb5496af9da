// SPDX-License-Identifier: GPL-3.0-or-later
// Basic authentication (RFC 7617), in and out. Passwords of callers are kept as crypt(3) hashes ($y$, $6$, $2b$), or, where they are long
// and random as machines' are, as SHA-256. What was right is remembered for a minute as a keyed hash, so that a slow hash is computed
// once, not for each request.
#pragma once
#include "security/scheme.hpp"

namespace arint::security::basic {

Scheme scheme();

// Whether `password` is the one of `stored`. Faults: malformed: `stored` is no hash that is known here.
Result<bool> matches(std::string_view password, const std::string& stored);

}  // namespace arint::security::basic
