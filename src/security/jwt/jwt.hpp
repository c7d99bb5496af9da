// SPDX-License-Identifier: GPL-3.0-or-later
// The scheme `jwt`: callers show a JSON Web Token as a bearer token (RFC 6750, 2.1).
#pragma once
#include "security/scheme.hpp"

namespace arint::security::jwt {

Scheme scheme();

}  // namespace arint::security::jwt
