// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite/read/readers.hpp"

#include <cerrno>

#include "store/sqlite/file/open.hpp"

namespace arint::store {

Readers::Readers(std::string path, std::string vfs, const Options& options, ReadGate& gate)
    : path_(std::move(path)), vfs_(std::move(vfs)), cache_bytes_(static_cast<std::int64_t>(options.reader_cache.bytes)), gate_(gate),
      pool_("store-read", options.readers, options.read_queue) {}

std::unique_ptr<Connection> Readers::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      std::unique_ptr<Connection> connection = std::move(free_.back());
      free_.pop_back();
      return connection;
    }
  }
  return open_connection(path_, vfs_.c_str(), {.writes = false, .synchronous = true, .cache_bytes = cache_bytes_});
}

void Readers::give(std::unique_ptr<Connection> connection) noexcept {
  // One whose read failed half-way starts anew.
  if (!connection || connection->in_transaction()) return;
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(connection));
}

Error Readers::not_run(int error) const {
  if (error == EAGAIN) return {Fault::busy, "store " + path_ + ": too many reads wait; try again", 0, {}, std::chrono::seconds(1)};
  return {error == ETIMEDOUT ? Fault::timeout : Fault::cancelled, "store " + path_ + ": the read was not waited for"};
}

}  // namespace arint::store
