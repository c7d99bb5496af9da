// SPDX-License-Identifier: GPL-3.0-or-later
// How commands ask: the running node of a project over its socket; and when none runs, about messages and the store, its store itself.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "command/command.hpp"
#include "base/result.hpp"

namespace arint::command {

// One HTTP request as bytes to the running node of the project, and its answer as bytes. Fault: unreachable, with what to do.
Result<std::string> exchange_with_node(const Place& place, std::string_view request);
// One exchange with the running node. Faults: unreachable (none answers), rejected (it said no; the sentence is all it said).
Result<std::string> ask_running(const Place& place, const std::string& method, const std::string& target, std::string_view body = {});

class Asker {
 public:
  explicit Asker(Place place);
  ~Asker();
  Asker(const Asker&) = delete;
  // Targets under /messages and /store. Without a node the store is opened, and stays open until this ends.
  Result<std::string> operator()(const std::string& method, const std::string& target, std::string_view body = {});

 private:
  struct Opened;
  Result<void> open();
  Place place_;
  std::unique_ptr<Opened> opened_;
};

// Prints what was said, the error's sentence on standard error; gives the exit code.
int print(const Result<std::string>& said);

}  // namespace arint::command
