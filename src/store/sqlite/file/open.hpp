// SPDX-License-Identifier: GPL-3.0-or-later
// A connection with the settings every one of the store's has.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "store/sqlite/file/connection.hpp"

namespace arint::store {

struct Use {
  bool writes = false;       // the one that writes creates the file
  bool synchronous = true;
  std::int64_t cache_bytes = 2 << 20;
};

// Throws SqliteError.
std::unique_ptr<Connection> open_connection(const std::string& path, const char* vfs, Use use);

}  // namespace arint::store
