// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "connectors/connector.hpp"

namespace arint::connectors::file {

Connector file();

}  // namespace arint::connectors::file
