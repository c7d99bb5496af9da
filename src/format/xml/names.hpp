// SPDX-License-Identifier: GPL-3.0-or-later
// XML names and characters. XML 1.0 (fifth edition), sections 2.2 and 2.3; Namespaces in XML 1.0, section 3.
#pragma once
#include <span>
#include <string_view>

namespace arint::format::xml {

inline constexpr std::string_view nil_namespace = "http://www.w3.org/2001/XMLSchema-instance";

// QName = [NCName ":"] NCName
bool valid_name(std::string_view name) noexcept;
// "soap" of "soap:Body"; empty when there is none.
std::string_view prefix_of(std::string_view name) noexcept;

// How many bytes at the beginning are ASCII characters that stand for themselves, in text and in attributes.
std::size_t plain_run(std::string_view text) noexcept;

// The first byte of UTF-8 text that begins a character XML cannot hold, not even escaped, or npos. Invalid UTF-8 counts.
std::size_t first_illegal(std::string_view text) noexcept;

}  // namespace arint::format::xml
