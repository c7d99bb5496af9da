// SPDX-License-Identifier: GPL-3.0-or-later
// Where the chain ended when the node last wrote it, and what a crash left behind.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "log/actions/chain/anchor.hpp"
#include "log/actions/chain/node_key.hpp"
#include "log/actions/chain/record.hpp"

namespace arint::log {

// The end of the chain: what the next record has to continue.
struct ChainEnd {
  std::uint64_t block = 0;
  std::uint64_t sequence = 0;
  Digest tip{};   // hash of the last record, a block's or a file head's
  Digest head{};  // hash of the last block's record; what an anchor holds
};

// The end of one file, found from its back.
struct FileEnd {
  bool has_head = false;         // the first line is a whole, good file head
  std::string head_time{};
  std::uint64_t head_sequence = 0;
  ChainEnd chain{};
  std::uint64_t good_bytes = 0;  // up to and with the last whole block (or the head)
  std::uint64_t torn_bytes = 0;  // what stands behind
  std::uint64_t torn_lines = 0;  // whole lines in there, a torn last one counts as one
  bool stopped = false;          // its last line is the one a clean stop writes
};

// Reads only as much from the back as is needed to find the last block that is whole and fits its hashes.
Result<FileEnd> find_end(const std::filesystem::path& file);

struct Recovered {
  ChainEnd chain{};
  bool fresh = false;            // there was no log
  bool clean = false;            // the node had stopped, not crashed
  bool new_file = true;          // the active file is gone, empty or set aside
  std::uint64_t offset = 0;      // else: where it goes on
  std::string head_time{};       // when the active file began, "" for a new one
  std::uint64_t head_sequence = 0;
  std::uint64_t cut_bytes = 0;
  std::uint64_t cut_lines = 0;
  std::vector<std::string> damage{};  // sentences: what is missing or was changed; the log goes on all the same
};

// Cuts the torn block, sets a damaged file aside, finishes a rotation that was interrupted.
//
// Whole lines behind the last whole block are cut too: no hash covers them, so signing them now would vouch for whatever
// was written there while the node was down. Block and end line go out in one write, so only a write torn by the crash
// itself leaves such lines. A file that ends before the newest anchor, or with other hashes, is left as it is under a
// closed name, and the chain goes on from the anchor: the gap stays visible to verify for ever.
Result<Recovered> recover(const std::filesystem::path& folder, const PublicKey& key, const std::vector<std::shared_ptr<Anchor>>& anchors);

}  // namespace arint::log
