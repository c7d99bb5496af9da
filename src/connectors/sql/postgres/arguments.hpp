// SPDX-License-Identifier: GPL-3.0-or-later
// Arguments: the values of a statement's parameters as libpq takes them. Text for all but bytes, so that the server reads each as
// whatever type the statement wants there: "200 digits" as numeric, JSON as jsonb.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "document/value.hpp"

namespace arint::connectors::sql {

class Arguments {
 public:
  explicit Arguments(std::span<const document::Value> values) {
    std::vector<std::size_t> starts;
    for (const document::Value& value : values) {
      starts.push_back(held_.size());
      switch (value.kind()) {
        case document::Kind::boolean: held_ += value.as_boolean() ? 't' : 'f'; break;
        case document::Kind::number: value.append_number(held_); break;
        case document::Kind::text:
        case document::Kind::bytes: held_ += value.as_text(); break;
        default: break;
      }
      lengths_.push_back(static_cast<int>(held_.size() - starts.back()));
      formats_.push_back(value.is_bytes() ? 1 : 0);
      held_ += '\0';
    }
    for (std::size_t i = 0; i < values.size(); ++i) values_.push_back(values[i].is_null() ? nullptr : held_.data() + starts[i]);
  }
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  int count() const noexcept { return static_cast<int>(values_.size()); }
  const char* const* values() const noexcept { return values_.data(); }
  const int* lengths() const noexcept { return lengths_.data(); }
  const int* formats() const noexcept { return formats_.data(); }

 private:
  std::string held_{};
  std::vector<const char*> values_{};
  std::vector<int> lengths_{};
  std::vector<int> formats_{};
};

}  // namespace arint::connectors::sql
