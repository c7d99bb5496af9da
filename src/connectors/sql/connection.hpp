// SPDX-License-Identifier: GPL-3.0-or-later
// The outgoing's face: a database as an OUT channel, and a send step as statements with parameters.
#pragma once
#include <memory>
#include <vector>

#include "connectors/sql/database.hpp"
#include "connectors/sql/options.hpp"
#include "message/expression.hpp"
#include "outgoing/connection.hpp"

namespace arint::connectors::sql {

class SqlConnection final : public outgoing::Connection {
 public:
  SqlConnection(std::unique_ptr<Database> database, Dialect dialect, bool read_only)
      : database_(std::move(database)), dialect_(dialect), read_only_(read_only) {}

  std::string_view peer() const noexcept override { return database_->peer(); }
  std::string_view answer_list() const noexcept override { return "rows"; }
  runtime::Task<Result<void>> open() override { return database_->open(); }
  runtime::Task<void> close() override { return database_->close(); }
  runtime::Task<Result<void>> probe() override { return database_->probe(); }
  std::unique_ptr<outgoing::Operation> prepare(const declare::Node& options, declare::Reading& reading) override;

 private:
  std::unique_ptr<Database> database_;
  Dialect dialect_;
  bool read_only_;
};

// One statement of a send step.
struct Part {
  Statement statement{};
  message::Expression params{};
  std::string sql{};   // as the user wrote it
};

class SqlOperation final : public outgoing::Operation {
 public:
  SqlOperation(Database& database, std::vector<Part> parts, bool transaction, bool repeatable)
      : database_(database), parts_(std::move(parts)), transaction_(transaction), repeatable_(repeatable) {}

  // `{ rows, count }`; of a transaction those of its last statement, and all of them in `results`.
  runtime::Task<Result<document::Value>> perform(message::Run& run, bool wanted) const override;
  bool repeatable() const noexcept override { return repeatable_; }
  // scripted.cpp
  runtime::Task<Result<document::Value>> asked(message::Run& run) const override;
  Result<document::Value> answered(message::Run& run, const document::Value& answer, bool wanted) const override;

 private:
  Result<void> values(message::Run& run, const Part& part, std::vector<document::Value>& out) const;
  bool needs_body() const noexcept;

  Database& database_;
  std::vector<Part> parts_;
  bool transaction_;
  bool repeatable_;
};

}  // namespace arint::connectors::sql
