// SPDX-License-Identifier: GPL-3.0-or-later
#include "conformance.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace arint::conformance {

void Tally::fail(const std::string& name, const std::string& why) {
  ++failed_;
  std::printf("FAILED %s: %s\n", name.c_str(), why.c_str());
}

int Tally::end() const {
  std::printf("%d passed, %d failed\n", passed_, failed_);
  if (passed_ + failed_ == 0) return 2;
  return failed_ ? 1 : 0;
}

std::string whole_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::vector<std::string> files_in(const std::string& folder, const std::string& ending) {
  std::vector<std::string> out;
  if (std::filesystem::is_directory(folder))
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      if (entry.path().string().ends_with(ending)) out.push_back(entry.path().string());
  std::sort(out.begin(), out.end());
  return out;
}

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

}  // namespace arint::conformance
