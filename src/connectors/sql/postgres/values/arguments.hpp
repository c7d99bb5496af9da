// SPDX-License-Identifier: GPL-3.0-or-later
// Arguments: the values of a statement's parameters as libpq takes them. Text for all but bytes, so that the server reads each as
// whatever type the statement wants there: "200 digits" as numeric, JSON as jsonb. An array is JSON where the statement wants JSON
// or text, else PostgreSQL's own `{1,2}` (section 8.15.6 of its manual); that takes the types the server gave the parameters.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "connectors/sql/postgres/values/types.hpp"
#include "document/value.hpp"

namespace arint::connectors::sql {

class Arguments {
 public:
  // Replaces what was held. `types`: one for each value, or empty when nothing is known; arrays are JSON then.
  void fill(std::span<const document::Value> values, std::span<const TypeId> types);

  int count() const noexcept { return static_cast<int>(values_.size()); }
  const char* const* values() const noexcept { return values_.data(); }
  const int* lengths() const noexcept { return lengths_.data(); }
  const int* formats() const noexcept { return formats_.data(); }

 private:
  std::string held_{};  // all of them, each with a zero byte behind it
  std::vector<const char*> values_{};
  std::vector<int> lengths_{};
  std::vector<int> formats_{};
};

// Appends an array value as PostgreSQL reads it for a parameter of this type.
void append_array(const document::Value& array, TypeId type, std::string& out);

}  // namespace arint::connectors::sql
