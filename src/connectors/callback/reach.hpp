// SPDX-License-Identifier: GPL-3.0-or-later
// Where a callback may connect: the public Internet, and what the project names. IANA's special-purpose registries, as of 2024.
#pragma once
#include "runtime/runtime.hpp"

namespace arint::connectors::callback {

// Not loopback, link-local, private, shared, multicast, reserved, for documentation, or such an IPv4 address inside an IPv6 one.
bool is_public(const runtime::Address& address);

}  // namespace arint::connectors::callback
