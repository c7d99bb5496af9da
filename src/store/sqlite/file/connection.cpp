// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite/file/connection.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/text.hpp"

namespace arint::store {

bool disk_full(const SqliteError& error) noexcept {
  return error.code == SQLITE_FULL || ((error.code & 0xff) == SQLITE_IOERR && (error.system_error == ENOSPC || error.system_error == EDQUOT));
}

Error error_of(const SqliteError& error, const std::string& path) {
  std::string where = "store " + quoted(path, 400) + ": " + error.words;
  if (error.system_error) where += " (" + std::generic_category().message(error.system_error) + ")";
  if (disk_full(error)) return {Fault::busy, where + "; the disk is full: make room, nothing else is needed", 0, {}, std::chrono::seconds(5)};
  switch (error.code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Fault::malformed, where + "; the file is damaged: stop the node, look at it with `arint store check`, and take the last "
                                        "good copy with `arint store restore`"};
    case SQLITE_BUSY: return {Fault::busy, where + "; another process has it open: one node has one data folder", 0, {}, std::chrono::seconds(5)};
    case SQLITE_INTERRUPT: return {Fault::cancelled, where};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return {Fault::refused, where + "; the user the node runs as must be able to write it"};
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR: return {Fault::unreachable, where + "; look at the disk and the system's log, then restart the node"};
    default: return {Fault::bug, where};
  }
}

void Statement::check(int code) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  throw SqliteError{sqlite3_extended_errcode(database_), sqlite3_system_errno(database_), sqlite3_errmsg(database_)};
}

bool Statement::row() {
  const int code = sqlite3_step(statement_);
  check(code);
  return code == SQLITE_ROW;
}

void Statement::run() {
  while (row()) {
  }
}

std::string_view Statement::text(int column) const noexcept {
  const void* bytes = sqlite3_column_blob(statement_, column);
  return bytes ? std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)))
               : std::string_view();
}

Id Statement::id(int column) const noexcept {
  Id id;
  const std::string_view bytes = text(column);
  if (bytes.size() == 16) {
    std::memcpy(&id.high, bytes.data(), 8);
    std::memcpy(&id.low, bytes.data() + 8, 8);
  }
  return id;
}

Digest Statement::digest(int column) const noexcept {
  Digest digest{};
  const std::string_view bytes = text(column);
  if (bytes.size() == digest.size()) std::memcpy(digest.data(), bytes.data(), digest.size());
  return digest;
}

Connection::Connection(const std::string& path, const char* vfs, int flags) {
  if (sqlite3_open_v2(path.c_str(), &database_, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs) != SQLITE_OK) {
    SqliteError error = failed();
    sqlite3_close(database_);
    throw error;
  }
}

Connection::~Connection() {
  for (auto& [sql, statement] : prepared_) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

SqliteError Connection::failed() const {
  return {sqlite3_extended_errcode(database_), sqlite3_system_errno(database_), sqlite3_errmsg(database_)};
}

Statement Connection::use(const char* sql) {
  sqlite3_stmt*& statement = prepared_[sql];
  if (!statement && sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) throw failed();
  return Statement(database_, statement);
}

void Connection::script(const std::string& sql) {
  if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) throw failed();
}

std::int64_t Connection::number(const char* sql) {
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(database_, sql, -1, &prepared, nullptr) != SQLITE_OK) throw failed();
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> held(prepared, sqlite3_finalize);
  const int code = sqlite3_step(prepared);
  if (code != SQLITE_ROW && code != SQLITE_DONE) throw failed();
  return code == SQLITE_ROW ? sqlite3_column_int64(prepared, 0) : 0;
}

}  // namespace arint::store
