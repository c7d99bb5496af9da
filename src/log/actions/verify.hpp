// SPDX-License-Identifier: GPL-3.0-or-later
// Verify: reads the chain of the action log from its first record to its last and tells the first place where it breaks.
//
// What it can find, without the key having been stolen: any byte changed, any line or block removed, inserted or moved, a
// file removed, renamed, swapped or from another node, and an end cut off before the newest anchor. What it cannot: lines
// behind the newest signed head (at most Options::max_age old when the node died) that were changed or cut.
// FORMAT.md tells how to do the same with openssl.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "log/actions/chain/node_key.hpp"
#include "log/actions/chain/record.hpp"

namespace arint::log {

struct VerifyRequest {
  // One folder (all its files, its checkpoint and its anchor), or closed and active files in the order of the chain.
  std::vector<std::filesystem::path> paths{};
  // A copy of node.pub kept elsewhere. Without it the node.pub beside the files is trusted, and Verdict::trusted is false.
  std::filesystem::path key{};
};

struct Finding {
  std::string file{};
  std::uint64_t line = 0;   // counts from 1; 0: the file as a whole
  std::string sentence{};   // what is wrong there
  std::string text() const;  // "data/actions.log:12: ..."
};

struct Verdict {
  bool ok = false;
  bool trusted = false;                 // the key came from VerifyRequest::key
  std::vector<Finding> findings{};      // in the order of the chain, the first is what to look at; at most 100
  std::vector<std::string> notes{};     // what could not be checked, and is no fault
  std::string key_id{};
  std::uint64_t files = 0, blocks = 0, lines = 0;
  std::uint64_t first_sequence = 0, last_sequence = 0;
  std::uint64_t signed_block = 0;       // everything up to this block is covered by a good signature
  std::uint64_t unsigned_lines = 0;     // lines in blocks behind it
  std::uint64_t torn_lines = 0;         // lines of an unfinished block at the end
  std::optional<Mark> anchor{};         // the last good anchor
  std::string text() const;             // for a person, several lines
};

// Reads only; a running node may go on writing. Error: nothing could be read (no such file, no key).
Result<Verdict> verify(const VerifyRequest& request);

}  // namespace arint::log
