// SPDX-License-Identifier: GPL-3.0-or-later
// API keys: a shared secret in a header field. Callers' keys are kept as SHA-256, so that the configuration tells nobody a key; a key is
// random and long, so a slow hash would add nothing.
#pragma once
#include "security/scheme.hpp"

namespace arint::security::api_key {

Scheme scheme();

}  // namespace arint::security::api_key
