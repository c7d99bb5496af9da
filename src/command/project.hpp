// SPDX-License-Identifier: GPL-3.0-or-later
// A project opened, read and checked, with everything that is wrong with it: what most commands begin with.
#pragma once
#include <filesystem>
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

// The result is there in any case, good when problems.faulty() is false.
std::unique_ptr<Checked> read_checked(const Place& place);
// The same, and prints the problems to standard error.
std::unique_ptr<Checked> open_checked(const Place& place);

// Where the project's node keeps its log and its socket. A wrong project still has one: only node.data is looked at.
std::filesystem::path data_folder(const Place& place);

}  // namespace arint::command
