// SPDX-License-Identifier: GPL-3.0-or-later
#include "command/command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>

#include "command/maps/maps.hpp"
#include "command/reference/reference.hpp"
#include "command/stored/words.hpp"
#include "command/trial/trial.hpp"
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
  maps::About about{};
  bool watch = false, layout = false, check = false, test = false;
};

void add_map(CLI::App* command, MapWords& words) {
  command->add_option("EXPR", words.names, "The expression; with --watch a file, with --format and --test files and folders");
  command->add_option("--file", words.file, "Take the expression from a file");
  command->add_option("--from", words.about.from, "Format of the input; json, or by its file's name");
  command->add_option("--to", words.about.to, "Format of the output; json");
  command->add_option("--project", words.about.project, "Its tables, formats and config are there; else those of the nearest arint.yaml above the map");
  command->add_option("--env", words.about.environment, "Merge env/NAME.yaml into that configuration");
  command->add_option("--var", words.about.variables, "A variable the map sees, NAME=JSON; may be given again")->allow_extra_args(false);
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

// Options live as long as the command that they belong to.
void add_test(CLI::App& app, int& code) {
  CLI::App* command = app.add_subcommand("test", "Run the tests of projects: tests/*.test.yaml, without a network and on a simulated clock");
  auto words = std::make_shared<trial::Words>();
  auto watch = std::make_shared<bool>(false);
  command->add_option("DIR", words->folders, "Projects, or folders with projects below them; the present one");
  command->add_option("--filter", words->filter, "Only tests with this text in their name or file");
  command->add_option("--junit", words->junit, "Write the results to this file too, as JUnit XML");
  command->add_flag("--watch", *watch, "Run them again whenever a file changes, until Ctrl-C");
  command->callback([words, watch, &code] { code = *watch ? trial::watch(*words) : trial::test(*words); });
}

void add_new(CLI::App& app, int& code) {
  CLI::App* command = app.add_subcommand("new", "Write a project to begin with, which runs and passes its tests");
  auto folder = std::make_shared<std::string>();
  command->add_option("DIR", *folder, "Its folder; made when it is not there")->required();
  command->callback([folder, &code] { code = make_project(*folder); });
}

void add_send(CLI::App& app, Place& place, int& code) {
  CLI::App* command = app.add_subcommand("send", "Send a message to a channel of the running node, and print what it answers");
  auto words = std::make_shared<SendWords>();
  command->add_option("CHANNEL", words->channel, "Which channel")->required();
  CLI::Option* body = command->add_option("BODY", words->body, "The message");
  command->add_option("--file", words->file, "Take the message from a file; - is standard input")->excludes(body);
  command->add_option("--method", words->method, "HTTP: the method; POST when there is a body, else the channel's first");
  command->add_option("--path", words->path, "HTTP: the path, where that of the channel has {parameters}");
  command->add_option("--query", words->query, "HTTP: what stands behind the ?");
  command->add_option("--header", words->headers, "A header of the message, \"Name: value\"; may be given several times")->allow_extra_args(false);
  command->add_option("--project", place.folder, "Folder of the project")->capture_default_str();
  command->callback([words, &place, &code] {
    words->body = unshielded(words->body);
    code = send_message(place, *words);
  });
}

void add_shell(CLI::App& app, int& code) {
  auto print = [&code](const std::string& text) { code = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1; };
  app.add_subcommand("completion", "Print the completion for bash")->callback([&app, print] { print(reference::bash_completion(app)); });
  app.add_subcommand("man", "Print the page for man")->callback([&app, print] { print(reference::man_page(app, std::string(engine::version))); });
}

int run_map(const MapWords& words) {
  std::vector<std::string> paths;
  std::transform(words.names.begin(), words.names.end(), std::back_inserter(paths), unshielded);
  if (words.layout) return maps::lay_out(paths, words.check);
  if (words.test) return maps::test(paths, words.about);
  if (words.names.size() > 1 || (words.watch && words.names.empty()) || (!words.file.empty() && !words.names.empty())) {
    std::fprintf(stderr, words.watch ? "give --watch one file\n" : "give one expression, or --file with one\n");
    return 2;
  }
  std::string name = words.names.empty() ? "" : unshielded(words.names[0]);
  return words.watch ? maps::watch(name, words.input, words.about) : maps::evaluate(name, words.file, words.about);
}

}  // namespace

int run(int count, char** arguments) {
  CLI::App app{"ARINT connects systems and makes them work as one.", "arint"};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Help of all commands");
  app.footer("Begin with:\n  arint new first && arint test first && arint run first\nOptions of a command: arint COMMAND --help. Exit codes: 0 well, 1 failed, 2 wrong configuration or call.");
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

  add_new(app, code);
  add_test(app, code);
  add_send(app, place, code);

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

  add_shell(app, code);
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
