// SPDX-License-Identifier: GPL-3.0-or-later
// Handle: one connection to a SQLite file. Everything here blocks and runs on a thread of the file's pools, one at a time.
#pragma once
#include <sqlite3.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "connectors/sql/database.hpp"
#include "connectors/sql/values/rows.hpp"

namespace arint::connectors::sql {

// How a handle may use the file.
enum class Access : std::uint8_t {
  write,      // creates the file and its folder
  read,       // of a file that a writer has opened before
  read_only,  // the user's `read_only`: the file must be there
};

struct SqliteFailure {
  int code = SQLITE_OK;               // extended
  std::string words{};
  const Statement* statement = nullptr;
};

class Handle {
 public:
  using Outcome = std::optional<SqliteFailure>;

  // Null: see `failure`.
  static std::unique_ptr<Handle> open(const std::string& path, Access access, Outcome& failure);
  ~Handle();
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  // While it lives, what the handle does ends with SQLITE_INTERRUPT soon after `cut` is set, also when it waits for a lock.
  class Until {
   public:
    Until(Handle& handle, const std::atomic<bool>& cut) noexcept : handle_(handle) { handle_.cut_ = &cut; }
    ~Until() { handle_.cut_ = nullptr; }
    Until(const Until&) = delete;

   private:
    Handle& handle_;
  };

  // One prepared statement. Stops when the rows of a reading statement pass their limits.
  Outcome run(const Call& call, Rows& rows, std::int64_t& affected);
  // BEGIN and the like; setup scripts.
  Outcome script(const char* text);
  bool in_transaction() const noexcept { return !sqlite3_get_autocommit(database_); }
  bool cut() const noexcept { return cut_ && *cut_; }

 private:
  struct Prepared {
    sqlite3_stmt* statement;
    std::uint64_t used;
  };
  Handle() = default;
  Outcome settings(Access access);
  SqliteFailure failed(const Statement* statement = nullptr) const;
  sqlite3_stmt* prepare(const Statement& statement);
  void take_row(sqlite3_stmt* statement, Rows& rows);

  sqlite3* database_ = nullptr;
  const std::atomic<bool>* cut_ = nullptr;
  std::unordered_map<std::string, Prepared> prepared_{};
  std::uint64_t clock_ = 0;
};

}  // namespace arint::connectors::sql
