// SPDX-License-Identifier: GPL-3.0-or-later
// Database: what PostgreSQL and SQLite have in common for the steps that use them.
#pragma once
#include <memory>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "connectors/sql/statement/statement.hpp"
#include "document/value.hpp"
#include "runtime/runtime.hpp"

namespace arint::connectors::sql {

// A statement and the values of its parameters, one for each name: null, booleans, numbers, text, bytes, and for PostgreSQL arrays.
// They live until the execution ends.
struct Call {
  const Statement* statement = nullptr;
  std::span<const document::Value> values{};
};

struct Batch {
  std::span<const Call> calls{};
  bool transaction = false;  // all or none; without it there is one call
  bool wanted = false;       // somebody reads the answer; else no row is kept
};

class Database {
 public:
  virtual ~Database() = default;
  virtual std::string_view peer() const noexcept = 0;
  virtual runtime::Task<Result<void>> open() = 0;
  virtual runtime::Task<void> close() = 0;
  virtual runtime::Task<Result<void>> probe() = 0;
  // `{ rows, count }` of each call, in an array that lives in `arena`. Under the deadline in force.
  // Faults: docs of faults.hpp. After a fault nothing of a transaction was done, unless the fault is a timeout.
  // After cancellation the database is usable; a single statement may have been done, a transaction may only when it was
  // being committed.
  virtual runtime::Task<Result<document::Value>> execute(const Batch& batch, document::Arena& arena) = 0;
};

}  // namespace arint::connectors::sql
