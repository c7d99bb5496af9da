// SPDX-License-Identifier: GPL-3.0-or-later
// How the SQLite store is opened.
#pragma once
#include <filesystem>
#include <memory>
#include <span>

#include "base/units.hpp"
#include "store/sqlite/file/disk.hpp"
#include "store/sqlite/file/schema.hpp"

namespace arint::store {

inline constexpr int page_bytes = 4096;

struct Options {
  std::filesystem::path folder = "data";  // store.db, store.db-wal, bodies/
  Size inline_limit{256 << 10};           // larger contents are files
  Size min_free{128 << 20};               // with less room on the disk no message is accepted; results and endings still are
  std::size_t queue = 65'536;             // writes that wait for a commit
  std::size_t batch = 1024;               // writes in one commit, at most, and their bytes
  Size batch_bytes{8 << 20};
  Size wal_reset{32 << 20};               // the log is emptied when it is larger
  Size wal_limit{192 << 20};              // then commits wait for it; with the largest batch it stays under 256 MiB
  Size journal{8 << 20};                  // each of the two files messages are accepted in before they are in the tables; 0: none
  Millis leisure{10};                     // how long what is accepted, or may be lost, waits for others to be committed with
  unsigned readers = 2;                   // threads, each with a connection
  unsigned read_queue = 256;
  Size writer_cache{16 << 20}, reader_cache{2 << 20};
  Millis tidy_every{60'000};              // retention, expired keys, versions nobody needs
  // ---- tests
  std::shared_ptr<Disk> disk = std::make_shared<Disk>();
  std::span<const Migration> schema = migrations();
  bool synchronous = true;                // false: the control that must lose
};

}  // namespace arint::store
