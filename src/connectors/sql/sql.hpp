// SPDX-License-Identifier: GPL-3.0-or-later
// sql: databases as OUT channels. PostgreSQL through libpq on the loop, SQLite on threads of its own.
#pragma once
#include "connectors/connector.hpp"

namespace arint::connectors::sql {

outgoing::Kind sql();
std::vector<connectors::Failure> failures();

}  // namespace arint::connectors::sql
