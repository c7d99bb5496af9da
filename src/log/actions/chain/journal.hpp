// SPDX-License-Identifier: GPL-3.0-or-later
// Journal: the files of the action log as their one writer sees them. Lines go in, blocks with their hashes come out.
//
// Belongs to the log thread; every call may block on the disk. After a failed write the block stays in memory and the next
// call tries it again at the same place, so a full disk leaves no half block in the file's chain.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "log/actions/chain/anchor.hpp"
#include "log/actions/chain/disk.hpp"
#include "log/actions/chain/files.hpp"
#include "log/actions/chain/node_key.hpp"
#include "log/actions/chain/recover.hpp"
#include "log/actions/options.hpp"

namespace arint::log {

enum class Sign : std::uint8_t { no, yes };

class Journal {
 public:
  // Locks the folder, recovers what a crash left. Faults: busy (another process has the folder), refused, unreachable.
  static Result<std::unique_ptr<Journal>> open(const Options& options, std::vector<std::shared_ptr<Anchor>> anchors, std::shared_ptr<Disk> disk);
  const Recovered& recovered() const noexcept { return recovered_; }

  // Lines as encode() wrote them, whole, each with its line feed: they get their sequence and the node's name.
  void add(std::string_view lines);
  std::size_t open_bytes() const noexcept { return size_; }
  bool stuck() const noexcept { return sealed_; }  // a block could not be written; nothing may be added until finish works

  // Ends the open block, if it has lines or (Sign::yes) something before it is not signed yet, and writes it.
  Result<void> finish(Sign sign);
  // fdatasync, then the anchors. The newest head must be signed.
  Result<void> anchor();
  bool anchored() const noexcept { return anchored_ == chain_.block; }

  // Whether the file is too large or too old; rotate closes it for a new one, signed, on disk and anchored.
  bool due(std::int64_t now) const noexcept;
  Result<void> rotate(std::int64_t now);
  // Removes the closed files that Options lets go of. Returns a sentence when there were any, else "".
  Result<std::string> retain(std::int64_t now);

  std::uint64_t lines() const noexcept { return lines_written_; }
  std::uint64_t bytes() const noexcept { return bytes_written_; }
  std::uint64_t blocks() const noexcept { return blocks_written_; }
  const ChainEnd& chain() const noexcept { return chain_; }

 private:
  Journal(const Options& options, NodeKey key, std::vector<std::shared_ptr<Anchor>> anchors, std::shared_ptr<Disk> disk);
  Result<void> begin_file(std::int64_t now);
  Result<std::string> remove_until(std::size_t count, const std::vector<LogFile>& closed);
  void ensure(std::size_t more);
  void next_sequence();

  Options options_;
  NodeKey key_;
  std::vector<std::shared_ptr<Anchor>> anchors_;
  std::shared_ptr<Disk> disk_;
  File folder_;                       // holds the lock
  Recovered recovered_{};
  std::string node_text_;             // "node":"...",
  std::string sequence_text_;         // "sequence":N, for the next line; counted up as text

  File file_;
  std::filesystem::path active_;
  off_t offset_ = 0;                  // where the next block goes
  std::int64_t file_began_ = 0;       // ms
  std::uint64_t file_first_ = 1;      // sequence of the file's first line

  ChainEnd chain_{};
  std::unique_ptr<char[]> bytes_;     // the open block; sealed_: with its end line
  std::size_t size_ = 0, capacity_ = 0;
  std::uint64_t open_lines_ = 0;
  bool sealed_ = false;
  ChainEnd after_{};                  // the chain once the sealed block is written
  std::uint64_t sealed_lines_ = 0;
  bool signed_ = true;                // the newest head is
  std::uint64_t anchored_ = 0;        // block
  std::uint64_t lines_written_ = 0, bytes_written_ = 0, blocks_written_ = 0;
};

}  // namespace arint::log
