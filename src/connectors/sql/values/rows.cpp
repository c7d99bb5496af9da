// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/values/rows.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace arint::connectors::sql {

using document::Member;
using document::Value;

void Rows::describe(const std::vector<std::string_view>& names) {
  described_ = true;
  if (!wanted_) return;
  for (std::string_view name : names) {
    if (std::find(names_.begin(), names_.end(), name) != names_.end())
      fail({Fault::rejected, "two columns of the answer are called " + quoted(name) + "; give one of them another name with `as`"});
    names_.push_back(arena_.copy(name));
  }
}

Member* Rows::add(std::size_t bytes) {
  ++count_;
  if (!wanted()) return nullptr;
  bytes_ += bytes + names_.size() * sizeof(Member);
  if (count_ > limits_.rows)
    return fail({Fault::rejected, "the answer has more than " + std::to_string(limits_.rows) +
                                      " rows; ask for fewer with `limit`, or raise `limits: { rows: ... }` of the outgoing"}), nullptr;
  if (bytes_ > limits_.bytes.bytes)
    return fail({Fault::rejected, "the answer is larger than " + to_text(limits_.bytes) +
                                      "; ask for less, or raise `limits: { bytes: ... }` of the outgoing"}), nullptr;
  Member* members = arena_.allocate_array<Member>(names_.size());
  for (std::size_t i = 0; i < names_.size(); ++i) members[i] = Member{names_[i], Value::null()};
  rows_.push_back(Value::object({members, names_.size()}));
  return members;
}

Value Rows::answer(std::int64_t affected) {
  std::array<Member, 2> members{Member{"rows", document::array_of(arena_, rows_)},
                                Member{"count", Value::integer(described_ ? count_ : affected)}};
  return document::object_of(arena_, members);
}

}  // namespace arint::connectors::sql
