// SPDX-License-Identifier: GPL-3.0-or-later
// Where in the user's files something stands, and what is wrong there.
#pragma once
#include <memory>
#include <string>
#include <vector>

namespace arint {

// A place in a file of the project; lines and columns count from 1. Line 0: the file as a whole.
struct Position {
  std::shared_ptr<const std::string> file{};  // as the user would write it, relative to the project folder
  int line = 0;
  int column = 0;
  std::string text() const;  // "arint.yaml:12:5"
};

// One configuration fault. Its sentence names the value, what is allowed and the nearest known name.
struct Problem {
  Position at{};
  std::string sentence{};
  bool warning = false;
};

// Collects every problem of a run of `check`; nothing stops at the first.
class Problems {
 public:
  void fault(const Position& at, std::string sentence) { list_.push_back({at, std::move(sentence), false}); }
  void warning(const Position& at, std::string sentence) { list_.push_back({at, std::move(sentence), true}); }
  bool faulty() const;                 // at least one that is not a warning
  const std::vector<Problem>& list() const { return list_; }
  std::string text() const;            // sorted by file, line and column; one a line

 private:
  std::vector<Problem> list_;
};

}  // namespace arint
