// SPDX-License-Identifier: GPL-3.0-or-later
// Connection: one connection to the store's SQLite file, with its prepared statements. Everything here blocks; one thread at a time.
#pragma once
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "store/write.hpp"

namespace arint::store {

// SQLite said no; caught where a batch or a read begins. The code is the extended one.
struct SqliteError {
  int code = SQLITE_OK;
  int system_error = 0;  // errno behind an I/O error
  std::string words{};
};
// The fault, and a sentence that names the file and the way out.
Error error_of(const SqliteError& error, const std::string& path);
bool disk_full(const SqliteError& error) noexcept;

static_assert(sizeof(Id) == 16, "an id is stored as its bytes lie in memory");

// Bytes that are no text.
struct BlobView {
  std::string_view bytes{};
};

// A bound and running prepared statement; reset when it goes. Throws SqliteError.
class Statement {
 public:
  Statement(sqlite3* database, sqlite3_stmt* statement) noexcept : database_(database), statement_(statement) {}
  ~Statement() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Parameters from the first one; texts, blobs and ids are not copied: they stay until the statement has run.
  template <class... T>
  Statement& bind(const T&... values) {
    (bind_one(values), ...);
    return *this;
  }
  bool row();   // one more row
  void run();   // to its end
  std::int64_t integer(int column) const noexcept { return sqlite3_column_int64(statement_, column); }
  bool null(int column) const noexcept { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::string_view text(int column) const noexcept;  // also of a blob; valid until the next row
  Id id(int column) const noexcept;
  Digest digest(int column) const noexcept;

 private:
  void check(int code);
  void bind_one(std::int64_t value) { check(sqlite3_bind_int64(statement_, ++bound_, value)); }
  void bind_one(int value) { bind_one(static_cast<std::int64_t>(value)); }
  void bind_one(unsigned value) { bind_one(static_cast<std::int64_t>(value)); }
  void bind_one(State value) { bind_one(static_cast<std::int64_t>(value)); }
  void bind_one(std::string_view text) {
    check(sqlite3_bind_text64(statement_, ++bound_, text.data() ? text.data() : "", text.size(), SQLITE_STATIC, SQLITE_UTF8));
  }
  void bind_one(const std::string& text) { bind_one(std::string_view(text)); }
  void bind_one(std::nullptr_t) { check(sqlite3_bind_null(statement_, ++bound_)); }
  void bind_one(const Id& id) { bind_blob({reinterpret_cast<const char*>(&id), sizeof id}); }
  void bind_one(const Digest& digest) { bind_blob({reinterpret_cast<const char*>(digest.data()), digest.size()}); }
  void bind_blob(std::string_view bytes) {
    check(sqlite3_bind_blob64(statement_, ++bound_, bytes.data() ? bytes.data() : "", bytes.size(), SQLITE_STATIC));
  }
  template <class T>
  void bind_one(const std::optional<T>& value) {
    value ? bind_one(*value) : bind_one(nullptr);
  }
  void bind_one(const BlobView& blob) { bind_blob(blob.bytes); }

  sqlite3* database_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

// null instead of what means "none" in a Write.
inline std::optional<std::int64_t> some(std::int64_t value) { return value ? std::optional(value) : std::nullopt; }
inline std::optional<std::string_view> some(std::string_view text) { return text.empty() ? std::nullopt : std::optional(text); }
inline std::optional<Id> some(const Id& id) { return id.zero() ? std::nullopt : std::optional(id); }

class Connection {
 public:
  // Throws SqliteError.
  Connection(const std::string& path, const char* vfs, int flags);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // `sql` is a literal: statements are kept by its address.
  Statement use(const char* sql);
  void script(const std::string& sql);
  std::int64_t number(const char* sql);          // the one value of a query or pragma, not kept
  std::int64_t changes() const noexcept { return sqlite3_changes64(database_); }
  std::int64_t total_changes() const noexcept { return sqlite3_total_changes64(database_); }
  bool in_transaction() const noexcept { return !sqlite3_get_autocommit(database_); }
  sqlite3* get() const noexcept { return database_; }
  SqliteError failed() const;

 private:
  sqlite3* database_ = nullptr;
  std::unordered_map<const char*, sqlite3_stmt*> prepared_{};
};

}  // namespace arint::store
