// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON Schema of a whole project file, so that editors complete and check it while it is written.
#pragma once
#include <string>
#include <vector>

#include "declare/shape.hpp"

namespace arint::declare {

// JSON Schema 2020-12. `verbs`: the steps a list of steps may hold. What `check` accepts the schema accepts; the reverse holds
// as far as a schema can say it (names of other parts, files and `${...}` are for `check`).
std::string json_schema(const Shape& root, const std::vector<Shape>& verbs, const std::string& title);

}  // namespace arint::declare
