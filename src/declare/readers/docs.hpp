// SPDX-License-Identifier: GPL-3.0-or-later
// Reference pages in Markdown, from the declarations.
#pragma once
#include <string>
#include <string_view>

#include "declare/shape.hpp"

namespace arint::declare {

// One part's page: its help and one table of options; nested settings are rows with dotted names (`retry.for`), what a list
// holds is `cases[].when`, what a map holds `headers.<name>`. `level` is that of the page's heading.
// Kinds of a part get a table each below it, or, with `kind_page` ("channel-"), a link to channel-KIND.md.
std::string docs_page(const Shape& shape, int level = 1, const std::string& kind_page = {});

// `code`, safe in a table's cell; and any text, safe there.
std::string docs_code(const std::string& text);
std::string docs_cell(std::string_view text);

}  // namespace arint::declare
