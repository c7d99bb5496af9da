// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of `arint`. Each returns the process's exit code: 0 well, 1 failed, 2 wrong configuration or call.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "log/actions/tail.hpp"

namespace CLI {
class App;
}

namespace arint::command {

struct Place {
  std::string folder = ".";       // the project
  std::string environment{};      // --env
};

// A message by hand.
struct SendWords {
  std::string channel{}, body{};
  std::string file{};             // instead of the body; "-" is standard input
  std::string method{}, path{}, query{};
  std::vector<std::string> headers{};
};

enum class Watch : bool { no, yes };  // whether a change of a file reloads

int serve(const Place& place, Watch watch);
// Asks the running node of the project to read it again; prints what it says.
int reload(const Place& place);
// Sends a message to a channel of the running node; prints what it is told. 0 when that is no failure.
int send_message(const Place& place, const SendWords& words);
// Writes a project to begin with.
int make_project(const std::string& folder);
// About accepted messages, of the running node or of the store of one that does not run.
using Conditions = std::vector<std::pair<std::string, std::string>>;  // names, and what they must be; "": any
int list_messages(const Place& place, const Conditions& wanted);      // newest first
int show_messages(const Place& place, const std::vector<std::string>& ids);
struct Decision {
  std::string what{};                     // resume, replay, drop or edit
  std::vector<std::string> ids{};         // or:
  Conditions wanted{};
  std::string from_step{}, into{};        // of a replay
  std::string body{}, content_type{};     // of an edit
};
int decide_messages(const Place& place, const Decision& decision);
// `file`: the new body; "-": standard input.
int edit_message(const Place& place, const std::string& id, const std::string& file, const std::string& content_type);
// About the store.
int store_status(const Place& place);
int store_check(const Place& place);
int store_compact(const Place& place);
int store_backup(const Place& place, const std::string& folder);
int store_restore(const Place& place, const std::string& folder);
int check(const Place& place);
int show_config(const Place& place);
int schema();
// Into a folder, one page per part and an index; "" writes all to standard output.
int docs(const std::string& folder, const CLI::App& app);
int tail(const Place& place, const log::Filter& filter, std::size_t lines, bool follow);
int verify(const std::vector<std::string>& paths, const std::string& key);
int version();

// Reads the command line and runs what it says.
int run(int count, char** arguments);

}  // namespace arint::command
