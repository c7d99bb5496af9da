// SPDX-License-Identifier: GPL-3.0-or-later
// Bodies: contents too large for the database, one file each under data/bodies. Blocking; from any thread.
//
// A file is on the disk with its folder before the commit that refers to it, and is removed after the commit that no longer does.
// What a crash between leaves over is collected when the store opens.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "store/sqlite/file/disk.hpp"

namespace arint::store {

class Bodies {
 public:
  Bodies(std::filesystem::path folder, Disk& disk) : folder_(std::move(folder)), disk_(disk) {}

  // Called when a sync failed: what the disk says can no longer be believed. Set once, before the first put.
  void on_sync_failed(std::function<void(const Error&)> hook) { sync_failed_ = std::move(hook); }

  // Writes and syncs a new file. Faults: busy (no room), refused, unreachable.
  Result<Id> put(std::string_view bytes);
  void remove(const Id& file);
  // Fault malformed: the file is not there, or cannot be read.
  Result<std::string> get(const Id& file) const;
  std::filesystem::path path(const Id& file) const;
  std::filesystem::path relative(const Id& file) const;
  // Every file there is; `keep` says whether it is referred to, the others are removed. Returns how many were.
  std::size_t collect(const std::function<bool(const Id&)>& keep);

 private:
  std::filesystem::path folder_;
  Disk& disk_;
  std::function<void(const Error&)> sync_failed_;
};

}  // namespace arint::store
