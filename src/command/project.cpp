// SPDX-License-Identifier: GPL-3.0-or-later
#include "command/project.hpp"

#include <cstdio>

#include "engine/engine.hpp"

namespace arint::command {

std::filesystem::path data_folder(const Place& place) {
  Problems problems;
  declare::Project project = declare::Project::open(place.folder, place.environment, problems);
  declare::Reading reading(problems, project);
  return engine::data_folder(engine::read(project, reading), project);
}

std::unique_ptr<Checked> read_checked(const Place& place) {
  auto out = std::make_unique<Checked>();
  out->project.emplace(declare::Project::open(place.folder, place.environment, out->problems));
  declare::Reading reading(out->problems, *out->project);
  out->configuration = engine::read(*out->project, reading);
  engine::check(out->configuration, reading);
  return out;
}

std::unique_ptr<Checked> open_checked(const Place& place) {
  std::unique_ptr<Checked> out = read_checked(place);
  const std::string text = out->problems.text();
  if (!text.empty()) std::fputs(text.c_str(), stderr);
  return out;
}

}  // namespace arint::command
