// SPDX-License-Identifier: GPL-3.0-or-later
// SqliteFile: a SQLite file of this process, shared by all cores and outgoings that name it.
//
// SQLite lets one connection write at a time. So there is one thread with one connection that writes, and its queue is the order
// of writes: no core ever waits for a lock that another one holds. Reads go to threads of their own; in WAL mode they disturb nobody.
#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "connectors/sql/sqlite/handle.hpp"
#include "runtime/runtime.hpp"

namespace arint::connectors::sql {

class SqliteFile {
 public:
  // The same object for the same file and way of access, as long as somebody holds it. The one thing of this folder that cores
  // share; thread-safe. It opens nothing yet.
  static std::shared_ptr<SqliteFile> of(const std::string& path, bool read_only);

  runtime::OffloadPool& writer() noexcept { return writing_; }
  runtime::OffloadPool& readers() noexcept { return reading_; }

  // On a thread of the pool it belongs to: a handle for the length of a job.
  class Lease {
   public:
    // A null handle: see failure().
    Lease(SqliteFile& file, bool writes);
    ~Lease();
    Lease(const Lease&) = delete;
    Handle* handle() noexcept { return handle_.get(); }
    const Handle::Outcome& failure() const noexcept { return failure_; }

   private:
    SqliteFile& file_;
    bool writes_;
    std::unique_ptr<Handle> handle_{};
    Handle::Outcome failure_{};
  };

  // Closes what is idle: a checkpoint of the WAL, so on a thread.
  void close_idle();

  SqliteFile(std::string path, bool read_only);

 private:
  const std::string path_;
  const bool read_only_;
  std::mutex mutex_{};  // guards the two below; never held while SQLite works
  std::unique_ptr<Handle> idle_writer_{};
  std::vector<std::unique_ptr<Handle>> idle_readers_{};
  runtime::OffloadPool writing_;  // last: its threads end before the handles do
  runtime::OffloadPool reading_;
};

}  // namespace arint::connectors::sql
