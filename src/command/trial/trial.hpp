// SPDX-License-Identifier: GPL-3.0-or-later
// `arint test`: the tests of projects, played without a network.
#pragma once
#include <string>
#include <vector>

#include "base/position.hpp"

namespace arint::command::trial {

struct Words {
  std::vector<std::string> folders{};  // projects, or folders with projects below them
  std::string filter{};                // only tests with this text in their name or file
  std::string junit{};                 // file to write
};

struct Outcome {
  std::string file{}, name{};
  Position at{};
  std::vector<std::string> failures{};
  double seconds = 0;
};

// 0: all passed; 1: some failed; 2: a project or a test file is wrong, or there is no test. Prints as it goes.
int test(const Words& words);
// The same again whenever a file of the projects changes, until the process is ended.
int watch(const Words& words);

// What CI systems read: one suite for each file.
std::string junit_of(const std::vector<Outcome>& outcomes);

}  // namespace arint::command::trial
