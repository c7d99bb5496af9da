// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "command/project.hpp"
#include "command/reference/reference.hpp"
#include "declare/readers/schema.hpp"
#include "declare/readers/show.hpp"
#include "flow/build.hpp"

namespace arint::command {

int check(const Place& place) {
  std::unique_ptr<Checked> checked = open_checked(place);
  if (checked->problems.faulty()) return 2;
  std::printf("%s: %zu channels, %zu services, %zu outgoings; no faults\n", place.folder.c_str(), checked->configuration.channels.size(),
              checked->configuration.services.size(), checked->configuration.outgoing.size());
  return 0;
}

int show_config(const Place& place) {
  std::unique_ptr<Checked> checked = open_checked(place);
  std::fputs(declare::effective(engine::shape(), *checked->project, flow::verb_shapes()).c_str(), stdout);
  return checked->problems.faulty() ? 2 : 0;
}

int schema() {
  std::fputs(declare::json_schema(engine::shape(), flow::verb_shapes(), "arint.yaml").c_str(), stdout);
  return 0;
}

int docs(const std::string& folder, const CLI::App& app) {
  for (const auto& [name, text] : reference::pages(app)) {
    if (folder.empty()) {
      std::fputs(text.c_str(), stdout);
      continue;
    }
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    std::ofstream file(folder + "/" + name);
    file << text;
    file.flush();
    if (!file) {
      std::fprintf(stderr, "cannot write %s/%s\n", folder.c_str(), name.c_str());
      return 1;
    }
  }
  return 0;
}

}  // namespace arint::command
