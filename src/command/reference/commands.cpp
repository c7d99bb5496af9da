// SPDX-License-Identifier: GPL-3.0-or-later
// The page of commands, from the command line's own declaration.
#include <CLI/CLI.hpp>

#include "command/reference/reference.hpp"
#include "declare/readers/docs.hpp"

namespace arint::command::reference {
namespace {

std::vector<const CLI::App*> below(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::string section(const CLI::App& command, const std::string& name) {
  std::string usage = "arint " + name, rows;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_name() == "--help" || option->get_name() == "--help-all") continue;
    const bool positional = option->get_positional();
    const std::string shown = positional ? option->get_name(true) : option->get_name(false, true);
    if (positional) usage += option->get_required() ? " " + shown : " [" + shown + "]";
    const std::string fallback = option->get_required() ? "**required**" : declare::docs_code(option->get_default_str());
    rows += "| `" + shown + (positional || option->get_items_expected_max() == 0 ? "" : " VALUE") + "` | " + fallback + " | " +
            declare::docs_cell(option->get_description()) + " |\n";
  }
  std::string out = "## " + name + "\n\n" + command.get_description() + ".\n\n    " + usage + (rows.find("`-") != std::string::npos ? " [OPTIONS]" : "") + "\n";
  return rows.empty() ? out : out + "\n" + table({"option", "default", "meaning"}) + rows;
}

void walk(const CLI::App& app, const std::string& prefix, std::string& list, std::string& sections) {
  for (const CLI::App* command : below(app)) {
    const std::string name = prefix.empty() ? command->get_name() : prefix + " " + command->get_name();
    if (!below(*command).empty()) {
      walk(*command, name, list, sections);
      continue;
    }
    std::string anchor = name;
    for (char& c : anchor)
      if (c == ' ') c = '-';
    list += "| [`arint " + name + "`](#" + anchor + ") | " + declare::docs_cell(command->get_description()) + " |\n";
    sections += "\n" + section(*command, name);
  }
}

}  // namespace

std::string commands(const CLI::App& app) {
  std::string list, sections;
  walk(app, "", list, sections);
  return R"(# Commands

What `arint` can be asked. Exit codes: 0 well, 1 failed, 2 the configuration or the call is wrong. `arint COMMAND --help` says the same.

)" + table({"command", "what it does"}) + list + sections;
}

}  // namespace arint::command::reference
