// SPDX-License-Identifier: GPL-3.0-or-later
// Checkpointer: a thread that copies the log into the database file and empties it, so that the writer never has to.
//
// It copies beside the writer until little is left, keeps new reads out for a moment, holds the writer for the last pages, and lets go:
// the writer's next commit begins the log anew. Without that moment a busy writer would append for ever.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "store/sqlite/file/connection.hpp"
#include "store/sqlite/read/gate.hpp"
#include "store/sqlite/write/writer.hpp"

namespace arint::store {

class Checkpointer {
 public:
  Checkpointer(std::unique_ptr<Connection> db, std::string path, const Options& options, Writer& writer, ReadGate& gate);
  ~Checkpointer();  // after the writer is closed
  void start();
  std::uint64_t checkpoints() const noexcept { return checkpoints_.load(std::memory_order_relaxed); }

 private:
  void run();
  std::int64_t copy();   // what the log still holds that the file does not, in bytes
  void empty();

  std::unique_ptr<Connection> db_;
  const std::string path_;
  const std::uint64_t reset_at_;
  Writer& writer_;
  ReadGate& gate_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool wanted_ = false, closing_ = false;
  std::atomic<std::uint64_t> checkpoints_{0};
  std::thread thread_;
};

}  // namespace arint::store
