// SPDX-License-Identifier: GPL-3.0-or-later
// The sentences of violations: what was found, and what is allowed. Values are cut at 60 bytes. Internal to schema/.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "document/value.hpp"
#include "schema/program/node.hpp"
#include "schema/schema.hpp"

namespace arint::schema {

std::string shown(const document::Value& value);   // a small value as it is written, else what it is
std::string type_names(std::uint8_t types);        // "text or null"
std::string not_of_type(const Node& node, const document::Value& value);
std::string not_allowed(const ValueRules& rules, const document::Value& value);
std::string out_of_bounds(const document::Value& value, std::string_view relation, const document::Value& bound);
std::string counted(std::size_t count, std::string_view one);  // "1 item", "2 items"
std::string size_sentence(std::size_t found, std::string_view one, std::string_view relation, std::size_t allowed);
std::string not_a_property(const ObjectRules& rules, std::string_view name);
// Why each of several alternatives did not fit, in brief.
std::string no_alternative(const document::Value& value, const std::vector<std::string>& reasons);

}  // namespace arint::schema
