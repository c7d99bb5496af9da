// SPDX-License-Identifier: GPL-3.0-or-later
#include "command/project.hpp"

#include <cstdio>

#include "engine/engine.hpp"

namespace arint::command {

std::unique_ptr<Checked> open_checked(const Place& place) {
  auto out = std::make_unique<Checked>();
  out->project.emplace(declare::Project::open(place.folder, place.environment, out->problems));
  declare::Reading reading(out->problems, *out->project);
  out->configuration = engine::read(*out->project, reading);
  engine::check(out->configuration, reading);
  const std::string text = out->problems.text();
  if (!text.empty()) std::fputs(text.c_str(), stderr);
  return out;
}

}  // namespace arint::command
