// SPDX-License-Identifier: GPL-3.0-or-later
// Rows: collects the answer of one statement, row by row, within the limits the user set.
#pragma once
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "connectors/sql/options.hpp"
#include "document/value.hpp"

namespace arint::connectors::sql {

class Rows {
 public:
  // `wanted` false: rows are counted, not kept, and no limit applies. The arena must outlive the answer.
  Rows(document::Arena& arena, const Limits& limits, bool wanted) : arena_(arena), limits_(limits), wanted_(wanted) {}

  bool wanted() const noexcept { return wanted_ && !failure_; }
  bool described() const noexcept { return described_; }
  // Once, before the first row. Names are copied. Two columns of one name are a fault: a document would lose one of them.
  void describe(const std::vector<std::string_view>& names);
  // The members of a new row, names filled in, values to be filled by the caller; nullptr when it is only counted.
  // `bytes`: what its values take as the database writes them.
  document::Member* add(std::size_t bytes);
  document::Arena& arena() noexcept { return arena_; }

  // The first thing that was wrong; from then on rows are only counted.
  const std::optional<Error>& failure() const noexcept { return failure_; }
  void fail(Error error) {
    if (!failure_) failure_ = std::move(error);
  }

  std::int64_t count() const noexcept { return count_; }
  // `{ rows: [...], count: n }`. `affected` is said for statements that give no rows.
  document::Value answer(std::int64_t affected);

 private:
  document::Arena& arena_;
  const Limits& limits_;
  bool wanted_;
  bool described_ = false;
  std::vector<std::string_view> names_{};
  std::vector<document::Value> rows_{};
  std::int64_t count_ = 0;
  std::uint64_t bytes_ = 0;
  std::optional<Error> failure_{};
};

}  // namespace arint::connectors::sql
