// SPDX-License-Identifier: GPL-3.0-or-later
// Rows to CSV text in UTF-8.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "document/value.hpp"
#include "format/csv/csv.hpp"

namespace arint::format::csv {

class Writer {
 public:
  explicit Writer(const Options& options);

  // The columns are the union of the rows' names, in order of first appearance; options.columns, when given, instead.
  Result<void> choose_columns(std::span<const document::Value> rows);
  bool has_columns() const { return !columns_.empty(); }
  void header(std::string& out);
  // `index` is for the fault's place only.
  Result<void> row(const document::Value& row, std::size_t index, std::string& out);

 private:
  Result<void> object_row(const document::Value& row, std::size_t index, std::string& out);
  Result<void> array_row(const document::Value& row, std::size_t index, std::string& out);
  // A sentence when the value cannot be a field; empty when it was written.
  std::string field(const document::Value& value, bool alone, std::string& out);
  void quoted_text(std::string_view text, bool alone, std::string& out);

  const Options& options_;
  char delimiter_;
  std::string special_;
  std::vector<std::string> columns_{};
  std::size_t width_ = 0;
  std::string buffer_{};
};

}  // namespace arint::format::csv
