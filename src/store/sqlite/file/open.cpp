// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite/file/open.hpp"

#include "store/sqlite/options.hpp"

namespace arint::store {

std::unique_ptr<Connection> open_connection(const std::string& path, const char* vfs, Use use) {
  // Also those that read may write: in WAL mode the first one in has to recover the log. `query_only` keeps them from it else.
  const int flags = SQLITE_OPEN_READWRITE | (use.writes ? SQLITE_OPEN_CREATE : 0);
  auto connection = std::make_unique<Connection>(path, vfs, flags);
  // `synchronous` before what writes.
  connection->script(std::string("pragma synchronous=") + (use.synchronous ? "full" : "off") +
                     "; pragma wal_autocheckpoint=0; pragma temp_store=memory; pragma trusted_schema=off; pragma cell_size_check=on;"
                     "pragma cache_size=-" + std::to_string(use.cache_bytes / 1024));
  if (use.writes) {
    // Both have an effect only while the file is empty; later the second one would write, and sync, what is there already.
    if (connection->number("pragma page_count") == 0)
      connection->script("pragma page_size=" + std::to_string(page_bytes) + "; pragma auto_vacuum=incremental");
    (void)connection->number("pragma journal_mode=wal");
  }
  return connection;
}

}  // namespace arint::store
