// SPDX-License-Identifier: GPL-3.0-or-later
// Vfs: SQLite's own "unix-excl" file system with our Disk in front of it.
//
// "unix-excl" (sqlite.org/vfs.html) keeps other processes out of the file as long as it is open, and the index of the write-ahead log
// in our memory: no other program's open read can keep the log from being reset, so its size is bounded by us alone.
#pragma once
#include <memory>
#include <string>

#include "store/sqlite/file/disk.hpp"

struct sqlite3_vfs;

namespace arint::store {

class Vfs {
 public:
  explicit Vfs(Disk& disk);  // registered under a name of its own
  ~Vfs();                    // after every connection that used it
  Vfs(const Vfs&) = delete;
  Vfs& operator=(const Vfs&) = delete;
  const char* name() const noexcept { return name_.c_str(); }
  // Commits of the calling thread write the log and do not sync it, until this is taken back. Those that do sync cover them.
  static void relax_here(bool yes) noexcept;

 private:
  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
};

}  // namespace arint::store
