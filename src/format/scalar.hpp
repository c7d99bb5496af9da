// SPDX-License-Identifier: GPL-3.0-or-later
// Scalars as the text that formats without types hold: XML, CSV, forms, plain text.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "document/value.hpp"

namespace arint::format {

// Text as it is, digits as written, "true", "false", "" for null and absent, bytes as base64 (RFC 4648, section 4).
// nullopt and a sentence in `buffer` when it is no scalar, or text that is not UTF-8. The view points into the value or `buffer`.
std::optional<std::string_view> scalar_text(const document::Value& value, std::string& buffer);

}  // namespace arint::format
