// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema/walk/sinks.hpp"

#include "document/pointer.hpp"

namespace arint::schema {

void Reporter::enter(std::string_view name) {
  lengths_.push_back(path_.size());
  path_ += '/';
  path_ += document::escaped_token(name);
}

void Reporter::enter(std::size_t index) {
  lengths_.push_back(path_.size());
  path_ += '/';
  path_ += std::to_string(index);
}

void Reporter::add(const Node& node, std::string_view keyword, std::string sentence) {
  if (full()) return;
  std::string schema = node.location;
  if (!keyword.empty()) schema += "/" + std::string(keyword);
  found_.push_back({path_, std::move(schema), std::move(sentence)});
}

}  // namespace arint::schema
