// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include "command/project.hpp"
#include "connectors/connector.hpp"
#include "declare/readers/docs.hpp"
#include "declare/readers/schema.hpp"
#include "declare/readers/show.hpp"
#include "flow/build.hpp"

namespace arint::command {
namespace {

constexpr std::string_view made_by = "<!-- made by `arint docs`; edit the declarations, not this page -->\n\n";

// File name to text, of every page.
std::map<std::string, std::string> pages() {
  std::map<std::string, std::string> out;
  out["project.md"] = std::string(made_by) + declare::docs_page(engine::shape());
  std::string steps = std::string(made_by) + "# Steps\n\nThe verbs of a service.\n\n";
  for (const flow::Verb& verb : flow::verbs()) steps += declare::docs_page(verb.shape, 2) + "\n";
  out["steps.md"] = steps;
  for (const connectors::Connector& connector : connectors::all()) {
    std::string page = std::string(made_by) + "# " + connector.name + "\n\n" + connector.help + "\n\n";
    if (connector.in) page += "## As a channel\n\n" + declare::docs_page(connector.in->options, 3) + "\n";
    if (connector.out) page += "## As an outgoing\n\n" + declare::docs_page(connector.out->options, 3) + "\n" + declare::docs_page(connector.out->send, 3) + "\n";
    out["connector-" + connector.name + ".md"] = page;
  }
  return out;
}

}  // namespace

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

int docs(const std::string& folder) {
  for (const auto& [name, text] : pages()) {
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
