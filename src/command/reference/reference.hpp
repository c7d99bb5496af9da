// SPDX-License-Identifier: GPL-3.0-or-later
// The reference pages: everything in them comes from what the program itself goes by (declarations, catalogues, tables).
#pragma once
#include <map>
#include <string>

namespace CLI {
class App;
}

namespace arint::command::reference {

// File name to text. `app` is the whole command line, for commands.md.
std::map<std::string, std::string> pages(const CLI::App& app);

// One page each, without the line that says who made it.
std::string project();                   // project.md: arint.yaml but for its channels, services and outgoings
std::string channels();                  // what every channel can be told
std::string outgoings();
std::string steps();
std::string formats();
std::string faults();
std::string metrics();
std::string functions();
std::string tests();                     // NAME.test.yaml
std::string commands(const CLI::App& app);

// A script for bash, and a page for man(1).
std::string bash_completion(const CLI::App& app);
std::string man_page(const CLI::App& app, const std::string& version);

// A table's head: "| a | b |" and the line below.
std::string table(std::initializer_list<std::string_view> columns);

}  // namespace arint::command::reference
