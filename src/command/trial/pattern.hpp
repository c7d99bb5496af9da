// SPDX-License-Identifier: GPL-3.0-or-later
// What a test expects of a document: what is written must be there, more may be.
#pragma once
#include <string>

#include "document/value.hpp"

namespace arint::command::trial {

// Members of an object that are written must fit, others are not looked at; null also fits a member that is not there. Lists have the same
// length and fit item by item. Text that begins with "~ " is a regular expression that is found in the text, or in the number's digits.
bool fits(const document::Value& pattern, const document::Value& got);

// `got` without what the pattern does not speak of, so that the difference shows only what matters. Texts that fit an expression become it.
document::Value pruned(const document::Value& pattern, const document::Value& got, document::Arena& arena);

// For people: JSON over several lines.
std::string shown(const document::Value& value);

}  // namespace arint::command::trial
