// SPDX-License-Identifier: GPL-3.0-or-later
// What a walk does with a fault: stop at once (Quiet), or write it down and go on (Reporter). Internal to schema/.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "schema/program/node.hpp"
#include "schema/schema.hpp"

namespace arint::schema {

// Knows nothing but the answer; all of it compiles away.
struct Quiet {
  static constexpr bool reports = false;
  void enter(std::string_view) noexcept {}
  void enter(std::size_t) noexcept {}
  void leave() noexcept {}
  std::size_t count() const noexcept { return 0; }
  bool full() const noexcept { return true; }
};

class Reporter {
 public:
  static constexpr bool reports = true;

  Reporter(std::size_t most, std::string path) : most_(most), path_(std::move(path)) {}

  void enter(std::string_view name);
  void enter(std::size_t index);
  void leave() {
    path_.resize(lengths_.back());
    lengths_.pop_back();
  }
  std::size_t count() const noexcept { return found_.size(); }
  bool full() const noexcept { return found_.size() >= most_; }
  std::size_t room() const noexcept { return most_ - found_.size(); }
  const std::string& path() const noexcept { return path_; }

  void add(const Node& node, std::string_view keyword, std::string sentence);
  void add(Violation violation) {
    if (!full()) found_.push_back(std::move(violation));
  }
  std::vector<Violation> take() { return std::move(found_); }

 private:
  std::size_t most_;
  std::string path_;                   // JSON Pointer to the value at hand
  std::vector<std::size_t> lengths_;   // of the path, to go back to
  std::vector<Violation> found_;
};

}  // namespace arint::schema
