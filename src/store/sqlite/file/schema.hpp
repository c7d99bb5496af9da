// SPDX-License-Identifier: GPL-3.0-or-later
// The schema and its versions. Why it has this shape: docs/decisions/0015-store.md.
#pragma once
#include <span>

#include "base/result.hpp"
#include "store/sqlite/file/connection.hpp"

namespace arint::store {

// Leads from schema `to` - 1 to `to`, in one transaction. Never changed once released; a new one is added.
struct Migration {
  int to;
  const char* sql;
};
std::span<const Migration> migrations() noexcept;

// Brings the file to the newest schema known here, making it when it is empty. Throws SqliteError.
// Faults: rejected (it is of a newer version), malformed (not a store).
Result<void> migrate(Connection& connection, std::span<const Migration> known, const std::string& path);

}  // namespace arint::store
