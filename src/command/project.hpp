// SPDX-License-Identifier: GPL-3.0-or-later
// A project opened, read and checked, with everything that is wrong with it: what most commands begin with.
#pragma once
#include <memory>
#include <optional>

#include "command/command.hpp"
#include "declare/project.hpp"
#include "engine/configuration.hpp"

namespace arint::command {

struct Checked {
  Problems problems{};
  std::optional<declare::Project> project{};
  engine::Configuration configuration{};
};

// Prints problems to standard error; the result is there in any case, good when problems.faulty() is false.
std::unique_ptr<Checked> open_checked(const Place& place);

}  // namespace arint::command
