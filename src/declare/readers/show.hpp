// SPDX-License-Identifier: GPL-3.0-or-later
// `arint config show`: what is in effect, and where each value comes from.
#pragma once
#include <string>
#include <vector>

#include "declare/shape.hpp"

namespace arint::declare {

class Project;

// The project as YAML, each value with its origin as a comment: `# arint.yaml:12:5` or `# default`. `${env:}` is replaced;
// what comes from `${file:}` stays as written, secrets are `***`, and so is a password inside an address. Sections in the order
// of the declarations. What is not known to them is shown as `***` too: it is a fault anyway, and might be a misspelt secret.
// `verbs`: the steps, whose options may hold secrets.
std::string effective(const Shape& root, Project& project, const std::vector<Shape>& verbs);

}  // namespace arint::declare
