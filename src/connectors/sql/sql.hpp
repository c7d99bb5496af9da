// SPDX-License-Identifier: GPL-3.0-or-later
// sql: databases as OUT channels. PostgreSQL through libpq on the loop, SQLite on threads of its own.
#pragma once
#include "connectors/connector.hpp"

namespace arint::connectors::sql {

Connector sql();

}  // namespace arint::connectors::sql
