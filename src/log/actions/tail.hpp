// SPDX-License-Identifier: GPL-3.0-or-later
// Tail: the lines of the action log that match a filter, the newest first few and then those that come, across rotation.
//
// Reads the files, so it works with and without a running node. It does not check the chain; verify does.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "log/actions/chain/disk.hpp"

namespace arint::log {

// Empty means any. Values are compared whole, as the user writes them.
struct Filter {
  std::string action{};
  std::string cid{};
  std::string message{};
  std::string channel{};
  std::string service{};
  std::string outgoing{};
  std::string outcome{};
  std::string fault{};
  bool matches(std::string_view line) const;
};

class Tail {
 public:
  // Faults: unreachable (no log there), rejected (no such action, outcome or fault).
  static Result<Tail> open(const std::filesystem::path& folder, Filter filter);

  // The last `count` matching lines that are in the files now, oldest first, without line feeds. Call it before more().
  Result<std::vector<std::string>> last(std::size_t count);
  // Matching lines that came since the last call (or since open), in order, at most about 1 MiB at once; empty when there
  // is nothing new. Never blocks for more than a read: the caller decides how often to look. A line is whole or not there.
  Result<std::vector<std::string>> more();

 private:
  Tail(std::filesystem::path folder, const Filter& filter);
  bool move_on();  // to the file behind the current one; false when there is none yet
  std::filesystem::path folder_;
  Filter filter_;                      // values as escaped in lines
  std::filesystem::path path_;
  File file_;
  std::uint64_t first_sequence_ = 0;   // of the current file
  std::uint64_t at_ = 0;               // behind the last line read
};

}  // namespace arint::log
