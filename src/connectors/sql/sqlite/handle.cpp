// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/sqlite/handle.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "connectors/sql/sqlite/values.hpp"

namespace arint::connectors::sql {
namespace {

constexpr std::size_t most_prepared = 256;
constexpr int longest_lock_wait_ms = 5'000;  // for another program; ours queue up before the one writer
constexpr int instructions_between_looks = 1'000;

// Called while somebody else holds the lock; the waits add up to longest_lock_wait_ms.
int wait_for_lock(void* handle, int count) {
  if (static_cast<Handle*>(handle)->cut()) return 0;
  const int wait_ms = std::min(count + 1, 10);
  const int waited_ms = count < 10 ? count * (count + 1) / 2 : 55 + (count - 10) * 10;
  if (waited_ms >= longest_lock_wait_ms) return 0;
  std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms));
  return 1;
}

// What a statement of a flow has no business with: other files, and code from files.
int authorize(void*, int action, const char*, const char* name, const char*, const char*) {
  if (action == SQLITE_ATTACH || action == SQLITE_DETACH) return SQLITE_DENY;
  if (action == SQLITE_FUNCTION && name && std::string_view(name) == "load_extension") return SQLITE_DENY;
  return SQLITE_OK;
}

}  // namespace

std::unique_ptr<Handle> Handle::open(const std::string& path, Access access, Outcome& failure) {
  if (access == Access::write) {
    std::error_code ignored;  // when it cannot be made, opening the file says so
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  }
  const int flags = SQLITE_OPEN_NOMUTEX | (access == Access::write     ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                           : access == Access::read ? SQLITE_OPEN_READWRITE
                                                                    : SQLITE_OPEN_READONLY);
  std::unique_ptr<Handle> handle(new Handle);
  const int code = sqlite3_open_v2(path.c_str(), &handle->database_, flags, nullptr);
  if (code != SQLITE_OK) failure = handle->database_ ? handle->failed() : SqliteFailure{code, sqlite3_errstr(code)};
  else failure = handle->settings(access);
  if (failure) return nullptr;
  return handle;
}

// A reader opens the file for writing all the same, because WAL's shared memory wants it; query_only makes it a reader.
Handle::Outcome Handle::settings(Access access) {
  sqlite3_extended_result_codes(database_, 1);
  sqlite3_busy_handler(database_, &wait_for_lock, this);
  sqlite3_progress_handler(database_, instructions_between_looks, [](void* handle) { return static_cast<Handle*>(handle)->cut() ? 1 : 0; }, this);
  sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);  // "x" is a name, never text by mistake
  sqlite3_db_config(database_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  Outcome failure;
  if (access == Access::write) failure = script("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on");
  else failure = script("pragma query_only = on");
  sqlite3_set_authorizer(database_, &authorize, nullptr);
  return failure;
}

Handle::~Handle() {
  for (auto& [text, prepared] : prepared_) sqlite3_finalize(prepared.statement);
  sqlite3_close(database_);
}

SqliteFailure Handle::failed(const Statement* statement) const {
  return {sqlite3_extended_errcode(database_), sqlite3_errmsg(database_), statement};
}

Handle::Outcome Handle::script(const char* text) {
  if (sqlite3_exec(database_, text, nullptr, nullptr, nullptr) != SQLITE_OK) return failed();
  return std::nullopt;
}

sqlite3_stmt* Handle::prepare(const Statement& statement) {
  auto known = prepared_.find(statement.text);
  if (known == prepared_.end()) {
    sqlite3_stmt* made = nullptr;
    const int size = static_cast<int>(statement.text.size()) + 1;
    if (sqlite3_prepare_v3(database_, statement.text.c_str(), size, SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK) return nullptr;
    if (prepared_.size() >= most_prepared) {
      auto least = std::min_element(prepared_.begin(), prepared_.end(), [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
      sqlite3_finalize(least->second.statement);
      prepared_.erase(least);
    }
    known = prepared_.emplace(statement.text, Prepared{made, 0}).first;
  }
  known->second.used = ++clock_;
  return known->second.statement;
}

void Handle::take_row(sqlite3_stmt* statement, Rows& rows) {
  const int columns = sqlite3_column_count(statement);
  std::size_t bytes = 0;
  for (int i = 0; i < columns; ++i) bytes += column_bytes(statement, i);
  document::Member* members = rows.add(bytes);
  for (int i = 0; members && i < columns; ++i) members[i].value = column_value(statement, i, rows.arena());
}

Handle::Outcome Handle::run(const Call& call, Rows& rows, std::int64_t& affected) {
  sqlite3_stmt* statement = prepare(*call.statement);
  if (!statement) return failed(call.statement);
  // Bound values belong to the caller: nothing of them may stay behind.
  struct Reset {
    sqlite3_stmt* statement;
    ~Reset() { sqlite3_reset(statement), sqlite3_clear_bindings(statement); }
  } const reset{statement};
  for (std::size_t i = 0; i < call.values.size(); ++i)
    if (bind(statement, static_cast<int>(i) + 1, call.values[i]) != SQLITE_OK) return failed(call.statement);
  const sqlite3_int64 before = sqlite3_total_changes64(database_);
  for (;;) {
    const int code = sqlite3_step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE) return failed(call.statement);
    try {
      if (const int columns = sqlite3_column_count(statement); columns && !rows.described()) {
        std::vector<std::string_view> names;
        for (int i = 0; i < columns; ++i) names.emplace_back(sqlite3_column_name(statement, i));
        rows.describe(names);
      }
      if (code == SQLITE_ROW) take_row(statement, rows);
    } catch (const document::ArenaFull&) {
      rows.fail({Fault::rejected, "the answer does not fit in the run's memory"});
    }
    if (code == SQLITE_DONE) break;
    if (rows.failure()) return std::nullopt;
  }
  // Statements that define tables leave the last count as it was.
  affected = sqlite3_total_changes64(database_) == before ? 0 : sqlite3_changes64(database_);
  return std::nullopt;
}

}  // namespace arint::connectors::sql
