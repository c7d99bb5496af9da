// SPDX-License-Identifier: GPL-3.0-or-later
// The declaration of the HTTP connector.
#pragma once
#include "connectors/connector.hpp"

namespace arint::connectors::http {

Connector http();

channel::Kind in();
outgoing::Kind out();

}  // namespace arint::connectors::http
