// SPDX-License-Identifier: GPL-3.0-or-later
// In which charset an XML document is written. RFC 7303, section 3: a byte order mark, then what the sender said, then the document.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace arint::format::xml {

// From the first bytes; nullopt when more of them are needed (never over 1 KiB, and never when `whole`).
std::optional<std::string> charset_of_document(std::string_view head, std::string_view said, bool whole);

}  // namespace arint::format::xml
