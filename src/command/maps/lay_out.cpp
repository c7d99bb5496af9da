// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "command/maps/maps.hpp"
#include "mapping/layout/layout.hpp"

namespace arint::command::maps {
namespace {

enum class Done { as_it_was, other, failed };

// The new file takes the old one's place in one step, so that nobody reads half of it.
bool replace(const std::string& path, const std::string& text) {
  std::string beside = path + ".new";
  std::error_code problem;
  {
    std::ofstream out(beside, std::ios::binary);
    out << text;
    if (!out.flush()) problem = std::make_error_code(std::errc::io_error);
  }
  if (!problem) std::filesystem::permissions(beside, std::filesystem::status(path).permissions(), problem);
  if (!problem) std::filesystem::rename(beside, path, problem);
  if (!problem) return true;
  std::filesystem::remove(beside, problem);
  std::fprintf(stderr, "cannot write %s\n", path.c_str());
  return false;
}

Result<std::string> laid_out_or_told(const std::string& source) {
  mapping::CompileError wrong;
  Result<std::string> out = mapping::laid_out(source, &wrong);
  if (!out) out.error().sentence += "\n" + mapping::describe(source, wrong.offset);
  return out;
}

Done one(const std::string& path, bool check) {
  Result<std::string> source = read_file(path);
  Result<std::string> text = source ? laid_out_or_told(*source) : source;
  if (!text) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), text.error().sentence.c_str());
    return Done::failed;
  }
  if (*text == *source) return Done::as_it_was;
  std::printf("%s %s\n", path.c_str(), check ? "is not laid out: run arint map --format" : "laid out");
  if (!check && !replace(path, *text)) return Done::failed;
  return Done::other;
}

}  // namespace

int lay_out(const std::vector<std::string>& paths, bool check) {
  if (paths.empty()) {
    std::string source = read_standard_input();
    Result<std::string> text = laid_out_or_told(source);
    if (!text) {
      std::fprintf(stderr, "%s\n", text.error().sentence.c_str());
      return 1;
    }
    if (!check) std::fputs(text->c_str(), stdout);
    return check && *text != source ? 1 : 0;
  }
  std::optional<std::vector<std::string>> all = files_under(paths, ".jsonata");
  if (!all) return 2;
  bool failed = false, other = false;
  for (const std::string& path : *all) {
    Done done = one(path, check);
    failed |= done == Done::failed;
    other |= done == Done::other;
  }
  return failed || (check && other) ? 1 : 0;
}

}  // namespace arint::command::maps
