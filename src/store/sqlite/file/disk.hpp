// SPDX-License-Identifier: GPL-3.0-or-later
// Disk: everything the store changes on the file system passes here first, SQLite's files and our body files alike.
//
// In production it counts the syncs. A test hands in its own: one that delays, fails or forgets.
#pragma once
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace arint::store {

class Disk {
 public:
  static constexpr int proceed = 0;
  static constexpr int pretend = -1;  // nothing is done, and success reported
  // Each is called before the act, from any thread, with the file's absolute path. Returns proceed, pretend, or an errno to fail with.
  virtual ~Disk() = default;
  virtual int create(const std::string& path);
  virtual int write(const std::string& path, std::string_view bytes, std::int64_t at);
  virtual int truncate(const std::string& path, std::int64_t size);
  virtual int sync(const std::string& path);
  virtual int sync_folder(const std::string& path);
  virtual int remove(const std::string& path);
  // Where a write-ahead log is made, SQLite syncs its folder with the first sync.
  virtual void synced_with_folder(const std::string& path);

  // Writes to the log may be gathered until its sync. False for a test that commits without syncs: others would not see them.
  virtual bool gathers() const { return true; }

  std::uint64_t syncs() const noexcept { return syncs_.load(std::memory_order_relaxed); }
  void count_sync() noexcept { syncs_.fetch_add(1, std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> syncs_{0};
};

}  // namespace arint::store
