// SPDX-License-Identifier: GPL-3.0-or-later
// The tests of a project as their author writes them: NAME.test.yaml, a list of tests, or a map with `tests` and what they share.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "declare/project.hpp"
#include "declare/settings.hpp"

namespace arint::command::trial {

// One entry of a peer's script: what it does with a call.
struct Answer {
  std::optional<declare::Node> when{};     // only calls that look so
  std::optional<std::string> fault{};      // its word, see Fault
  std::string message{};                   // the peer's words
  std::optional<Millis> retry_after{}, after{};
  std::optional<std::int64_t> times{};
  std::optional<std::int64_t> status{}, count{};
  declare::Fields<std::string> headers{};
  std::optional<declare::Node> body{}, rows{};
  std::optional<std::string> text{};
  declare::Node said{};                    // status, headers, body, text, rows and count, as written
  Position at{};
};

struct Send {
  declare::Name channel{};
  std::string method{}, path{}, query{};
  declare::Fields<std::string> headers{};
  std::optional<declare::Node> body{};
  std::optional<std::string> text{}, file{};
  std::int64_t times = 1;
};

struct Reply {
  std::optional<std::int64_t> status{};
  std::optional<std::string> fault{};
  declare::Fields<std::string> headers{};
  std::optional<declare::Node> body{};
  std::optional<std::string> text{};
  Position at{};
};

// Calls that an outgoing must have had since its calls were last looked at, in order.
struct Calls {
  declare::Name outgoing{};
  declare::Node list{};
};

struct Expect {
  std::vector<Calls> calls{};
  std::vector<std::pair<declare::Member, double>> metrics{};  // the series and its value
  std::vector<declare::Node> log{};                           // lines that are in the action log when the test ends
};

struct Step {
  std::vector<std::pair<declare::Name, std::vector<Answer>>> peers{};
  std::optional<Send> send{};
  std::optional<Reply> reply{};
  std::optional<Millis> after{};
  Expect expect{};
  bool exact = false;                      // bodies are compared whole
  Position at{};
};

struct Test {
  std::string name{};
  std::int64_t clock_ms = 0;               // when it begins, since 1970
  std::vector<Step> steps{};
  Position at{};
};

struct File {
  std::string path{};                      // as shown
  std::string folder{};                    // of the file; what `file` is relative to
  std::map<std::string, std::string> env{};
  std::string environment{};               // env/NAME.yaml that is merged
  std::vector<Test> tests{};
};

// Reads a file; what is wrong is in the reading's problems. Names of channels and outgoings are references, checked by who knows the project.
File read_tests(const std::string& path, std::string text, declare::Reading& reading);

// The declarations, for the reference page: title and shape.
std::vector<std::pair<std::string, declare::Shape>> shapes();

}  // namespace arint::command::trial
