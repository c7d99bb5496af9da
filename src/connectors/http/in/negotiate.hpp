// SPDX-License-Identifier: GPL-3.0-or-later
// Content negotiation: which format the caller wants. RFC 9110, 12.5.1.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "format/format.hpp"

namespace arint::connectors::http {

// The offered format the Accept field likes best; the earlier one where it likes two the same; nullptr when it accepts none.
// An absent or unreadable Accept accepts everything.
const format::Format* negotiate(std::string_view accept, const std::vector<const format::Format*>& offered);

// "application/json, application/xml": for sentences and the Accept field of a 415.
std::string media_types(const std::vector<const format::Format*>& formats);

}  // namespace arint::connectors::http
