// SPDX-License-Identifier: GPL-3.0-or-later
// Reference pages in Markdown, from the declarations.
#pragma once
#include <string>

#include "declare/shape.hpp"

namespace arint::declare {

// One part's page: its help and one table of options; nested settings are rows with dotted names (`retry.for`), what a list
// holds is `cases[].when`, what a map holds `headers.<name>`. Kinds of a part get a table each.
// `level` is that of the page's heading.
std::string docs_page(const Shape& shape, int level = 1);

}  // namespace arint::declare
