// SPDX-License-Identifier: GPL-3.0-or-later
// Sqlite: a file as the database of one outgoing on one core. The work is done on the file's threads.
#pragma once
#include <memory>
#include <string>

#include "connectors/sql/database.hpp"
#include "connectors/sql/options.hpp"
#include "connectors/sql/sqlite/file.hpp"

namespace arint::connectors::sql {

class Sqlite final : public Database {
 public:
  // `folder`: the project's, where a relative path begins.
  Sqlite(const Options& options, const std::string& folder, std::string setup);

  std::string_view peer() const noexcept override { return peer_; }
  runtime::Task<Result<void>> open() override;
  runtime::Task<void> close() override;
  runtime::Task<Result<void>> probe() override;
  runtime::Task<Result<document::Value>> execute(const Batch& batch, document::Arena& arena) override;

 private:
  struct Job;
  Error error_from(const SqliteFailure& failure) const;

  std::string peer_;
  std::string setup_;
  bool read_only_;
  Limits limits_;
  bool ready_ = false;  // the file is there, and its setup was run
  std::shared_ptr<SqliteFile> file_;
};

}  // namespace arint::connectors::sql
