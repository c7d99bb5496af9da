// SPDX-License-Identifier: GPL-3.0-or-later
// Tables: what $table looks things up in. Made once at load, then only read. The documents must outlive them.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.hpp"
#include "document/value.hpp"

namespace arint::mapping {

class Table {
 public:
  // An object is a table of its members. A list of objects is a table of these by their member `key`, a text or a number, which no
  // two may share; `key` is empty for an object. The fault (malformed) says which row is wrong, counted from 1.
  static Result<Table> make(const document::Value& document, std::string_view key);

  const document::Value& all() const noexcept { return all_; }
  // Absent when there is no such key. Takes the same time however long the table is.
  document::Value find(std::string_view key) const;

 private:
  document::Value all_{};
  std::unordered_map<std::string, document::Value> entries_{};
};

using Tables = std::map<std::string, Table, std::less<>>;

}  // namespace arint::mapping
