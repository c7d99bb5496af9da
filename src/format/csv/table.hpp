// SPDX-License-Identifier: GPL-3.0-or-later
// Records to values: the header, the number of fields, blank lines. The same for a whole document and for its rows one by one.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "document/value.hpp"
#include "format/csv/records.hpp"

namespace arint::format::csv {

class Table {
 public:
  explicit Table(const Options& options) : header_(options.header) {}

  // Takes the next record, which stood at `place`; nullopt when it is the header or a blank line. With a header the row is an object
  // with its names: slices of `names()`, or of a copy that the caller made of it for this row.
  Result<std::optional<document::Value>> row(const Record& record, Place place, document::Arena& arena, const char* names = nullptr);

  const std::string& names() const { return names_; }  // one after the other

 private:
  struct Span {
    std::size_t first, size;
  };
  Result<void> take_header(const Record& record, Place place);

  bool header_;
  bool begun_ = false;
  std::size_t width_ = 0;
  std::string names_{};
  std::vector<Span> columns_{};
  std::optional<Place> blank_line_{};  // the first of those just before
};

}  // namespace arint::format::csv
