// SPDX-License-Identifier: GPL-3.0-or-later
// The four sealed records of the chain: the head of a file, the line that ends a block, the anchor, the checkpoint.
//
// All have one shape: a JSON object on one line, whose text before `,"hash":` is hashed, whose hash may be signed:
//   {BODY,"hash":"<sha256 of {BODY>"}                            or, when BODY says "signed":"<key id>",
//   {BODY,"hash":"<sha256 of {BODY>","signature":"<Ed25519 of 'arint action log ' + hash in hex>"}
// The fields come in the one order written here, so a record that reads back is byte for byte what was written.
// FORMAT.md is the page for those who verify with other tools.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "log/actions/chain/node_key.hpp"

namespace arint::log {

// First line of each file; a link of the chain: the first block's `previous` is its hash.
struct FileHead {
  std::string time{};            // RFC 3339, milliseconds
  std::string node{};            // as escaped in the line
  std::uint64_t block = 0;       // the last block before this file, 0 at the beginning of all
  std::uint64_t sequence = 0;    // the last line before this file
  Digest previous{};             // hash of the last record before this file, zeros at the beginning
  std::string public_key{};      // raw, hex
};

// Last line of each block.
struct BlockEnd {
  std::uint64_t block = 0;       // counts from 1 over all files
  std::uint64_t first = 0;       // sequence of its first line, or of the next when it has none
  std::uint64_t lines = 0;       // 0: only here to be signed
  std::string time{};
  Digest content{};              // SHA-256 of its lines with their line feeds
  Digest previous{};             // hash of the record before
};

// Newest signed head known elsewhere than in the log; what stands before it cannot be cut without being noticed.
// The checkpoint left by retention has the same fields: the newest head that was removed.
struct Mark {
  std::string time{};
  std::string node{};
  std::uint64_t block = 0;
  std::uint64_t sequence = 0;    // the last line up to there
  Digest head{};                 // hash of that block's record, or of the file head behind it
};

struct Sealed {
  std::string text{};            // the record with its line feed
  Digest hash{};
};

// `key` null: not signed. File heads, anchors and checkpoints are always signed.
Sealed seal(const FileHead& head, const NodeKey& key);
Sealed seal(const BlockEnd& end, const NodeKey* key);
Sealed seal_anchor(const Mark& mark, const NodeKey& key);
Sealed seal_checkpoint(const Mark& mark, const NodeKey& key);

// A record read back. `fault` is empty when its hash is right and it is signed if it says so; the signature itself is
// checked by `signed_by`, which costs 0.1 ms.
template <class Record>
struct Read {
  Record record{};
  Digest hash{};
  std::string signer{};          // key id, "" when not signed
  Signature signature{};
  std::string fault{};           // a sentence part: "its hash does not fit its text"
  bool good() const noexcept { return fault.empty(); }
  bool signed_by(const PublicKey& key) const;
};

// `line` without its line feed.
Read<FileHead> read_head(std::string_view line);
Read<BlockEnd> read_block(std::string_view line);
Read<Mark> read_anchor(std::string_view line);
Read<Mark> read_checkpoint(std::string_view line);

bool is_head(std::string_view line) noexcept;
bool is_block(std::string_view line) noexcept;

}  // namespace arint::log
