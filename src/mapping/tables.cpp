// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/tables.hpp"

#include "base/text.hpp"

namespace arint::mapping {
namespace {

Error in_row(std::size_t row, const std::string& sentence) { return Error{Fault::malformed, "row " + std::to_string(row + 1) + " " + sentence}; }

}  // namespace

Result<Table> Table::make(const document::Value& document, std::string_view key) {
  Table out;
  out.all_ = document;
  if (document.is_object()) {
    if (!key.empty()) return Error{Fault::malformed, "it is an object, whose members are the entries by name; leave `key` out"};
    for (const document::Member& member : document.members()) out.entries_.insert_or_assign(std::string(member.name), member.value);
    return out;
  }
  if (!document.is_array()) return Error{Fault::malformed, "a table is an object, or a list of objects, but this is " + document::described(document)};
  if (key.empty()) return Error{Fault::malformed, "it is a list; say with `key` which member the rows are looked up by"};
  for (std::size_t i = 0; i < document.size(); ++i) {
    const document::Value& row = document.items()[i];
    const document::Value value = row.get(key);
    std::string text;
    if (value.is_text()) text = value.as_text();
    else if (value.is_number()) value.append_number(text);
    else return in_row(i, "has no text or number " + quoted(key) + ": it is " + document::described(row));
    if (!out.entries_.emplace(text, row).second) return in_row(i, "has the same " + std::string(key) + " as one before, " + quoted(text));
  }
  return out;
}

document::Value Table::find(std::string_view key) const {
  auto found = entries_.find(std::string(key));
  return found == entries_.end() ? document::Value() : found->second;
}

}  // namespace arint::mapping
