// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/csv/table.hpp"

#include <unordered_map>

#include "base/text.hpp"

namespace arint::format::csv {

using document::Member;
using document::Value;

Result<void> Table::take_header(const Record& record, Place place) {
  std::unordered_map<std::string_view, std::size_t> seen;
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    auto [first, fresh] = seen.emplace(record.fields[i], i);
    if (!fresh)
      return malformed("CSV", place,
                       "columns " + std::to_string(first->second + 1) + " and " + std::to_string(i + 1) + " of the header are both named " +
                           quoted(record.fields[i], 60));
    columns_.push_back({names_.size(), record.fields[i].size()});
    names_ += record.fields[i];
  }
  return {};
}

Result<std::optional<Value>> Table::row(const Record& record, Place place, document::Arena& arena, const char* names) {
  if (!begun_) {
    begun_ = true;
    width_ = record.fields.size();
    if (header_) {
      Result<void> taken = take_header(record, place);
      if (!taken) return taken.error();
      return std::optional<Value>();
    }
  }
  if (record.blank && width_ > 1) {
    // At the end of a document blank lines say nothing; between rows one field stands where several should.
    if (!blank_line_) blank_line_ = place;
    return std::optional<Value>();
  }
  std::size_t count = blank_line_ ? 1 : record.fields.size();
  if (count != width_)
    return malformed("CSV", blank_line_.value_or(place),
                     "found " + std::to_string(count) + (count == 1 ? " field" : " fields") + ", expected " + std::to_string(width_) +
                         (header_ ? " as in the header" : " as in the first line"));
  if (!header_) {
    Value* items = arena.allocate_array<Value>(width_);
    for (std::size_t i = 0; i < width_; ++i) new (items + i) Value(Value::text(record.fields[i]));
    return std::optional<Value>(Value::array({items, width_}));
  }
  if (!names) names = "";  // the only name is empty
  Member* members = arena.allocate_array<Member>(width_);
  for (std::size_t i = 0; i < width_; ++i)
    new (members + i) Member{{names + columns_[i].first, columns_[i].size}, Value::text(record.fields[i])};
  return std::optional<Value>(Value::object({members, width_}));
}

}  // namespace arint::format::csv
