// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <string>
#include <vector>

#include "connectors/sql/postgres/values/types.hpp"

namespace arint::connectors::sql {
namespace {

using document::Value;

constexpr std::size_t most_dimensions = 6;  // PostgreSQL's own limit

struct ArrayType {
  TypeId array, items;
};
constexpr std::array array_types{std::to_array<ArrayType>({
    {199, 114},   {1000, 16},   {1001, 17},   {1002, 18},   {1003, 19},   {1005, 21},   {1007, 23},   {1009, 25},   {1014, 1042},
    {1015, 1043}, {1016, 20},   {1021, 700},  {1022, 701},  {1028, 26},   {1040, 829},  {1041, 869},  {1115, 1114}, {1182, 1082},
    {1183, 1083}, {1185, 1184}, {1187, 1186}, {1231, 1700}, {1270, 1266}, {2951, 2950}, {3807, 3802}, {651, 650},   {791, 790},
})};

class Reader {
 public:
  Reader(TypeId items, std::string_view text, document::Arena& arena) : items_(items), text_(text), arena_(arena) {}

  Result<Value> whole() {
    // "[0:2]={...}": bounds that do not begin with 1. A document counts from nought whatever they were.
    if (!text_.empty() && text_[0] == '[') {
      const std::size_t equals = text_.find('=');
      if (equals == std::string_view::npos) return malformed();
      at_ = equals + 1;
    }
    Result<Value> value = array(0);
    if (value && at_ != text_.size()) return malformed();
    return value;
  }

 private:
  Error malformed() const { return {Fault::malformed, "an array of the answer cannot be read"}; }
  bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }

  Result<Value> array(std::size_t depth) {
    if (!next_is('{') || depth == most_dimensions) return malformed();
    ++at_;
    std::vector<Value> values;
    while (!next_is('}')) {
      if (!values.empty() && (!next_is(',') || ++at_ == text_.size())) return malformed();
      Result<Value> item = next_is('{') ? array(depth + 1) : next_is('"') ? quoted_item() : plain_item();
      if (!item) return item;
      values.push_back(*item);
      if (at_ >= text_.size()) return malformed();
    }
    ++at_;
    return document::array_of(arena_, values);
  }

  Result<Value> quoted_item() {
    std::string item;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      item += text_[at_];
    }
    if (!next_is('"')) return malformed();
    ++at_;
    return value_of(items_, item, arena_);
  }

  Result<Value> plain_item() {
    std::size_t end = text_.find_first_of(",}", at_);
    if (end == std::string_view::npos || end == at_) return malformed();
    std::string_view item = text_.substr(at_, end - at_);
    at_ = end;
    if (item == "NULL") return Value::null();
    return value_of(items_, item, arena_);
  }

  TypeId items_;
  std::string_view text_;
  document::Arena& arena_;
  std::size_t at_ = 0;
};


}  // namespace

TypeId item_type(TypeId array) noexcept {
  for (const ArrayType& type : array_types)
    if (type.array == array) return type.items;
  return 0;
}

Result<Value> array_value(TypeId items, std::string_view text, document::Arena& arena) { return Reader(items, text, arena).whole(); }

}  // namespace arint::connectors::sql
