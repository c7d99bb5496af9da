// SPDX-License-Identifier: GPL-3.0-or-later
// Golden files: tests/golden/NAME, found from the root of the tree, where ctest starts every test. ARINT_GOLDEN=write rewrites them,
// and the diff is reviewed.
#pragma once
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace arint::declare::sample {

inline std::string test_file(const std::string& name) {
  std::ifstream file("tests/golden/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::string golden(const std::string& name, const std::string& now) {
  if (const char* mode = std::getenv("ARINT_GOLDEN"); mode && std::string(mode) == "write") std::ofstream("tests/golden/" + name) << now;
  return test_file(name);
}

}  // namespace arint::declare::sample
