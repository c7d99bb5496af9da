// SPDX-License-Identifier: GPL-3.0-or-later
// The words of `arint messages` and `arint store`.
#pragma once
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "command/command.hpp"

namespace arint::command {

// What was said on the command line; lives as long as the app.
struct StoreWords {
  std::string channel{}, service{}, outgoing{}, state{}, fault{}, from{}, to{}, cid{}, text{};
  std::vector<std::string> ids{};
  std::string from_step{}, into{}, body{}, content_type{}, folder{};
  Conditions wanted() const;
};

void add_messages(CLI::App& app, Place& place, StoreWords& words, int& code);
void add_store(CLI::App& app, Place& place, StoreWords& words, int& code);

}  // namespace arint::command
