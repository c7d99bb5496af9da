// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/csv/writer.hpp"

#include <algorithm>
#include <unordered_set>

#include "base/text.hpp"
#include "format/place.hpp"
#include "format/scalar.hpp"

namespace arint::format::csv {

using document::Member;
using document::Value;

namespace {

std::string place_of(std::size_t row, std::string_view name) {
  std::string path;
  append_index(path, row);
  append_name(path, name);
  return path;
}

}  // namespace

// A delimiter that is found when reading is a comma when writing.
Writer::Writer(const Options& options)
    : options_(options), delimiter_(options.delimiter ? options.delimiter : ','), special_{delimiter_, '\r', '\n'}, columns_(options.columns) {
  if (options.quote) special_ += options.quote;
}

Result<void> Writer::choose_columns(std::span<const Value> rows) {
  if (!columns_.empty()) return {};
  std::unordered_set<std::string_view> seen;
  for (const Value& row : rows) {
    if (!row.is_object()) continue;
    std::size_t at = 0;
    for (const Member& member : row.members()) {
      // Rows are mostly alike: the name is most often the one at this place already.
      bool same = at < columns_.size() && columns_[at] == member.name;
      ++at;
      if (same || !seen.insert(member.name).second) continue;
      if (!valid_utf8(member.name)) return unwritable("CSV", "", "the column's name " + quoted(member.name, 60) + " is not valid UTF-8");
      columns_.emplace_back(member.name);
    }
  }
  return {};
}

void Writer::header(std::string& out) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i) out += delimiter_;
    quoted_text(columns_[i], columns_.size() == 1, out);
  }
  out += options_.newline;
}

Result<void> Writer::row(const Value& row, std::size_t index, std::string& out) {
  std::string path;
  append_index(path, index);
  if (options_.header && !row.is_object())
    return unwritable("CSV", path, "found " + document::described(row) + ", expected an object: its members are the columns");
  if (row.is_object()) return object_row(row, index, out);
  if (row.is_array()) return array_row(row, index, out);
  return unwritable("CSV", path, "found " + document::described(row) + ", expected an array or an object");
}

Result<void> Writer::object_row(const Value& row, std::size_t index, std::string& out) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i) out += delimiter_;
    const Value* value = i < row.size() && row.members()[i].name == columns_[i] ? &row.members()[i].value : row.find(columns_[i]);
    found += value != nullptr;
    std::string problem = field(value ? *value : Value(), columns_.size() == 1, out);
    if (!problem.empty()) return unwritable("CSV", place_of(index, columns_[i]), problem);
  }
  if (found != row.size() && options_.columns.empty())
    for (const Member& member : row.members())
      if (std::find(columns_.begin(), columns_.end(), member.name) == columns_.end())
        return unwritable("CSV", place_of(index, member.name), "the rows before had no such column, and the header is written; name the columns");
  out += options_.newline;
  return {};
}

Result<void> Writer::array_row(const Value& row, std::size_t index, std::string& out) {
  std::string path;
  append_index(path, index);
  if (index == 0) width_ = row.size();
  if (row.size() != width_ || width_ == 0)
    return unwritable("CSV", path, "found " + document::described(row) + ", expected " + std::to_string(width_) + " as in the first row, and at least one");
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i) out += delimiter_;
    std::string problem = field(row.items()[i], row.size() == 1, out);
    if (problem.empty()) continue;
    append_index(path, i);
    return unwritable("CSV", path, problem);
  }
  out += options_.newline;
  return {};
}

std::string Writer::field(const Value& value, bool alone, std::string& out) {
  std::optional<std::string_view> text = scalar_text(value, buffer_);
  if (!text) return buffer_;
  if (!options_.quote && text->find_first_of(special_) != std::string_view::npos)
    return "the text " + quoted(*text, 60) + " would need quotes, and none are configured";
  quoted_text(*text, alone, out);
  return "";
}

void Writer::quoted_text(std::string_view text, bool alone, std::string& out) {
  // An empty line would be no row at all, and a mark at the start would be taken off.
  bool needed = text.find_first_of(special_) != std::string_view::npos || (alone && text.empty()) || text.starts_with("\xEF\xBB\xBF");
  if (!needed || !options_.quote) {
    out += text;
    return;
  }
  out += options_.quote;
  for (char c : text) {
    if (c == options_.quote) out += c;
    out += c;
  }
  out += options_.quote;
}

}  // namespace arint::format::csv
