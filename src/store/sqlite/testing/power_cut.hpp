// SPDX-License-Identifier: GPL-3.0-or-later
// PowerCut: a disk that keeps what was not synced aside, and at the cut drops, reorders or tears it.
//
// It believes nothing that POSIX and the drives do not promise: a write reaches the platter with its sync or at any time before, whole,
// in pieces of 512 bytes, or not at all, whatever the order of writing; a name reaches it with the sync of its folder. Bytes that no
// write touched stay as they are. While it runs nothing is really synced, so a run takes milliseconds.
#pragma once
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "store/sqlite/file/disk.hpp"

namespace arint::store::testing {

class PowerCut : public Disk {
 public:
  // The power goes with the `at`-th change; from then on everything fails with EIO.
  PowerCut(unsigned seed, unsigned at) : random_(seed), left_(at) {}

  bool dark() const;
  // What a machine finds when the power is back: the files of `from` as they would be, in `to`. Cuts the power if it is still on.
  void leave(const std::filesystem::path& from, const std::filesystem::path& to);
  // The control: syncs of files whose path holds this are forgotten.
  void lie_about(std::string part) { lie_ = std::move(part); }
  // The control whose commits do not sync.
  void commits_do_not_sync() { gathers_ = false; }
  bool gathers() const override { return gathers_; }

  int create(const std::string& path) override;
  int write(const std::string& path, std::string_view bytes, std::int64_t at) override;
  int truncate(const std::string& path, std::int64_t size) override;
  int sync(const std::string& path) override;
  int sync_folder(const std::string& path) override;
  int remove(const std::string& path) override;
  void synced_with_folder(const std::string& path) override;

 private:
  struct Change {
    std::int64_t at = 0;
    std::string bytes{};
    bool truncates = false;   // to `at`
  };
  struct File {
    std::string durable{};
    std::vector<Change> pending{};
    bool named = false;       // its name is on the disk
    bool removed = false;     // its name is to go
  };
  bool step();                // false: it is dark
  bool lied_about(const std::string& path) const { return !lie_.empty() && path.find(lie_) != std::string::npos; }
  static void apply(const Change& change, std::string& image);
  void apply_some(const std::vector<Change>& pending, std::string& image);
  bool chance(unsigned in) { return random_() % in == 0; }

  mutable std::mutex mutex_;
  std::mt19937 random_;
  unsigned left_;
  bool dark_ = false, gathers_ = true;
  std::string lie_;
  std::map<std::string, File> files_;
};

// Nothing is synced, which is right for a test whose machine stays on.
class NoSync : public Disk {
 public:
  int sync(const std::string&) override { return pretend; }
  int sync_folder(const std::string&) override { return pretend; }
};

}  // namespace arint::store::testing
