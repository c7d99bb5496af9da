// SPDX-License-Identifier: GPL-3.0-or-later
// Plays one test: the project's real engine on a loop whose clock is simulated, with an empty data folder and played peers.
#pragma once
#include <string>
#include <vector>

#include "command/trial/tests.hpp"
#include "engine/configuration.hpp"

namespace arint::command::trial {

// Everything that is not as expected, each with its place and the difference; empty: the test passes. The configuration was checked.
std::vector<std::string> play(const Test& test, const File& file, const engine::Configuration& configuration, declare::Project& project);

}  // namespace arint::command::trial
