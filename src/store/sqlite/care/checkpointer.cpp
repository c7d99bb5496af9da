// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite/care/checkpointer.hpp"

#include <pthread.h>

#include <csignal>

namespace arint::store {
namespace {

constexpr int most_rounds = 6;                  // beside the writer; it may append faster than they copy
constexpr std::int64_t little_bytes = 1 << 20;  // copied in some milliseconds

}  // namespace

Checkpointer::Checkpointer(std::unique_ptr<Connection> db, std::string path, const Options& options, Writer& writer, ReadGate& gate)
    : db_(std::move(db)), path_(std::move(path)), reset_at_(options.wal_reset.bytes), writer_(writer), gate_(gate) {}

void Checkpointer::start() {
  writer_.on_wal([this](std::uint64_t bytes) {
    if (bytes < reset_at_) return;
    const std::lock_guard lock(mutex_);
    wanted_ = true;
    wake_.notify_one();
  });
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  ::pthread_setname_np(thread_.native_handle(), "store-log");
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Checkpointer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return wanted_ || closing_; });
    if (closing_) return;
    wanted_ = false;
    lock.unlock();
    if (writer_.accepting()) empty();
    lock.lock();
  }
}

std::int64_t Checkpointer::copy() {
  int pages = 0, copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(db_->get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &pages, &copied);
  // Busy: a read keeps the last pages for itself; they are copied another time.
  if (code != SQLITE_OK && code != SQLITE_BUSY) throw db_->failed();
  return pages < 0 ? 0 : std::int64_t{pages - copied} * page_bytes;
}

void Checkpointer::empty() {
  try {
    for (int round = 0; round < most_rounds; ++round)
      if (copy() < little_bytes) break;
    gate_.close();
    if (writer_.pause()) {
      try {
        copy();
        ++checkpoints_;
      } catch (const SqliteError& error) {
        writer_.fail(error_of(error, path_));
      }
    }
    writer_.resume();
    gate_.open();
  } catch (const SqliteError& error) {
    // Full: the log keeps what the file has no room for. Anything else: what was synced is no longer known.
    if (!disk_full(error)) writer_.fail(error_of(error, path_));
  }
}

}  // namespace arint::store
