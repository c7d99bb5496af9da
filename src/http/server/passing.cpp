// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/server/passing.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace arint::http {

bool HeaderRules::drops(std::string_view name) const noexcept {
  for (const std::string& one : remove)
    if (equals_ignoring_case(one, name)) return true;
  for (const auto& one : set)
    if (equals_ignoring_case(one.first, name)) return true;
  return false;
}

std::string_view AnswerHead::get(std::string_view name) const noexcept {
  for (const Field& field : fields)
    if (equals_ignoring_case(field.name, name)) return field.value;
  return {};
}

bool AnswerHead::has(std::string_view name) const noexcept {
  return std::any_of(fields.begin(), fields.end(), [&](const Field& field) { return equals_ignoring_case(field.name, name); });
}

void AnswerHead::remove(std::string_view name) {
  std::erase_if(fields, [&](const Field& field) { return equals_ignoring_case(field.name, name); });
}

void AnswerHead::set(std::string_view name, std::string value) {
  remove(name);
  fields.push_back({name, keep(std::move(value))});
}

void AnswerHead::add_to_list(std::string_view name, std::string_view member) {
  for (const Field& field : fields) {
    if (!equals_ignoring_case(field.name, name)) continue;
    for (std::string_view one : split(field.value, ','))
      if (trim(one) == "*" || equals_ignoring_case(trim(one), member)) return;
  }
  for (Field& field : fields) {
    if (!equals_ignoring_case(field.name, name)) continue;
    field.value = keep(std::string(field.value) + ", " + std::string(member));
    return;
  }
  fields.push_back({name, member});
}

void AnswerHead::apply(const HeaderRules& rules) {
  std::erase_if(fields, [&](const Field& field) { return rules.drops(field.name); });
  for (const auto* list : {&rules.set, &rules.add})
    for (const auto& [name, value] : *list) fields.push_back({name, value});
}

}  // namespace arint::http
