// SPDX-License-Identifier: GPL-3.0-or-later
#include "command/command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iterator>

#include "command/maps/maps.hpp"
#include "command/stored/words.hpp"
#include "engine/engine.hpp"

namespace arint::command {
namespace {

void add_place(CLI::App* command, Place& place) {
  command->add_option("DIR", place.folder, "Folder of the project, the one with arint.yaml")->capture_default_str();
  command->add_option("--env", place.environment, "Merge env/NAME.yaml into the configuration");
}

struct MapWords {
  std::vector<std::string> names{};
  std::string file{}, input{};
  maps::Formats formats{};
  bool watch = false, layout = false, check = false, test = false;
};

void add_map(CLI::App* command, MapWords& words) {
  command->add_option("EXPR", words.names, "The expression; with --watch a file, with --format and --test files and folders");
  command->add_option("--file", words.file, "Take the expression from a file");
  command->add_option("--from", words.formats.from, "Format of the input; json, or by its file's name");
  command->add_option("--to", words.formats.to, "Format of the output; json");
  CLI::Option* watch = command->add_flag("--watch", words.watch, "Evaluate the file again whenever it or its input changes");
  command->add_option("--input", words.input, "The input of --watch; without it NAME.in.json (or .in.xml ...) beside NAME.jsonata")->needs(watch);
  CLI::Option* layout = command->add_flag("--format", words.layout, "Lay out .jsonata files: blanks change, meaning and comments stay");
  command->add_flag("--check", words.check, "With --format: change nothing, exit with 1 when a file is not laid out")->needs(layout);
  CLI::Option* test = command->add_flag("--test", words.test, "Run the tests of maps: NAME.test.yaml beside NAME.jsonata");
  watch->excludes(layout)->excludes(test);
  layout->excludes(test);
}

// CLI11 takes "[a, b]" for a list of two; behind a blank it is the one expression it was meant to be.
std::string shielded(std::string argument) { return argument.starts_with('[') ? ' ' + argument : argument; }
std::string unshielded(const std::string& argument) { return argument.starts_with(" [") ? argument.substr(1) : argument; }

int run_map(const MapWords& words) {
  std::vector<std::string> paths;
  std::transform(words.names.begin(), words.names.end(), std::back_inserter(paths), unshielded);
  if (words.layout) return maps::lay_out(paths, words.check);
  if (words.test) return maps::test(paths);
  if (words.names.size() > 1 || (words.watch && words.names.empty()) || (!words.file.empty() && !words.names.empty())) {
    std::fprintf(stderr, words.watch ? "give --watch one file\n" : "give one expression, or --file with one\n");
    return 2;
  }
  std::string name = words.names.empty() ? "" : unshielded(words.names[0]);
  return words.watch ? maps::watch(name, words.input, words.formats) : maps::evaluate(name, words.file, words.formats);
}

}  // namespace

int run(int count, char** arguments) {
  CLI::App app{"ARINT connects systems and makes them work as one.", "arint"};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Help of all commands");
  int code = 0;
  Place place;

  CLI::App* run = app.add_subcommand("run", "Serve a project until SIGTERM or SIGINT");
  add_place(run, place);
  bool watch = false;
  run->add_flag("--watch", watch, "Reload when a file of the project changes");
  run->callback([&] { code = serve(place, watch ? Watch::yes : Watch::no); });

  CLI::App* reload_command = app.add_subcommand("reload", "Make the running node read its project again; a wrong one changes nothing");
  add_place(reload_command, place);
  reload_command->callback([&] { code = reload(place); });

  StoreWords asked;
  add_messages(app, place, asked, code);
  add_store(app, place, asked, code);

  CLI::App* check_command = app.add_subcommand("check", "Report every fault of a project, each with file:line:column");
  add_place(check_command, place);
  check_command->callback([&] { code = check(place); });

  CLI::App* config = app.add_subcommand("config", "About the configuration")->require_subcommand(1);
  CLI::App* show = config->add_subcommand("show", "Print what is in effect and where each value comes from; secrets are masked");
  add_place(show, place);
  show->callback([&] { code = show_config(place); });

  CLI::App* schema_command = app.add_subcommand("schema", "Print the JSON Schema of arint.yaml, for editors");
  schema_command->callback([&] { code = schema(); });

  std::string folder;
  CLI::App* docs_command = app.add_subcommand("docs", "Write the reference pages, as in docs/reference");
  docs_command->add_option("FOLDER", folder, "Where to; without it all pages are printed");
  docs_command->callback([&] { code = docs(folder, app); });

  MapWords words;
  CLI::App* map_command = app.add_subcommand("map", "Evaluate a JSONata expression over standard input; watch, lay out and test maps");
  add_map(map_command, words);
  map_command->callback([&] { code = run_map(words); });

  CLI::App* log = app.add_subcommand("log", "About the action log")->require_subcommand(1);
  log::Filter filter;
  std::size_t lines = 10;
  bool follow = false;
  CLI::App* tail_command = log->add_subcommand("tail", "Print the newest lines");
  add_place(tail_command, place);
  tail_command->add_option("-n,--lines", lines, "How many")->capture_default_str();
  tail_command->add_flag("-f,--follow", follow, "Go on with lines as they come");
  tail_command->add_option("--cid", filter.cid, "Of this conversation");
  tail_command->add_option("--channel", filter.channel, "Of this channel");
  tail_command->add_option("--service", filter.service, "Of this service");
  tail_command->add_option("--outgoing", filter.outgoing, "Of this outgoing");
  tail_command->add_option("--outcome", filter.outcome, "With this outcome: ok, failed, ...");
  tail_command->add_option("--action", filter.action, "Of this action: received, sent, failed, ...");
  tail_command->add_option("--fault", filter.fault, "With this fault: unreachable, timeout, ...");
  tail_command->callback([&] { code = tail(place, filter, lines, follow); });
  std::vector<std::string> paths;
  std::string key;
  CLI::App* verify_command = log->add_subcommand("verify", "Check the chain of hashes and signatures");
  verify_command->add_option("PATH", paths, "Folder of the log, or its files in order")->required();
  verify_command->add_option("--key", key, "A copy of node.pub that was kept elsewhere");
  verify_command->callback([&] { code = verify(paths, key); });

  CLI::App* version_command = app.add_subcommand("version", "Print the version");
  version_command->callback([&] { code = version(); });

  try {
    std::vector<std::string> words_backwards;  // as CLI11 takes them
    for (int i = count; i-- > 1;) words_backwards.push_back(shielded(arguments[i]));
    app.parse(std::move(words_backwards));
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? 0 : 2;
  }
  return code;
}

}  // namespace arint::command
