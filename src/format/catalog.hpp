// SPDX-License-Identifier: GPL-3.0-or-later
// Every format the product speaks, with its default options; catalog.cpp lists them, one line each.
#pragma once
#include <span>
#include <string_view>

#include "format/format.hpp"

namespace arint::format {

std::span<const Format* const> all();

// By the word of the configuration; nullptr when there is none.
const Format* find(std::string_view name);

// By a Content-Type as it came, parameters and all. "+json" and "+xml" count (RFC 6839); an unknown "text/..." is text
// (RFC 2046, section 4.1.4). nullptr when none fits: the body stays bytes, or the caller answers 415.
const Format* find_by_media_type(std::string_view content_type);

// By a file's name: "orders.csv". nullptr when the ending is unknown.
const Format* find_by_file_name(std::string_view file_name);

// The charset parameter of a Content-Type, unquoted; empty when there is none.
std::string charset_of(std::string_view content_type);

}  // namespace arint::format
